//! Finds the borders that rings share.
//!
//! A vertex is a junction if the rings through it do not all have the same two neighbours there.
//! Rings are cut at junctions; pieces with the same vertices, in either direction, are one arc. A
//! ring without a junction is one closed arc that starts at its smallest vertex, so that an enclave
//! and the hole around it become the same arc. (The method of Bostock's topojson, 2012.)

use std::collections::{BTreeMap, HashMap};

use rising_model::shapes::geometry::{ArcUse, Point};

/// Returns the arcs, and for each ring its uses of them. `rings` do not repeat their first vertex.
pub(super) fn stitch(rings: &[Vec<Point>]) -> (Vec<Vec<Point>>, Vec<Vec<ArcUse>>) {
    let junctions = Junctions::find(rings);
    let mut stitched = ArcSet::default();
    let uses = rings
        .iter()
        .map(|ring| {
            let cuts: Vec<usize> = (0..ring.len())
                .filter(|&at| junctions.contains(ring[at]))
                .collect();
            if cuts.is_empty() {
                let smallest = (0..ring.len()).min_by_key(|&at| key(ring[at])).unwrap_or(0);
                return vec![stitched.add(piece(ring, smallest, smallest + ring.len()))];
            }
            let ends = cuts.iter().skip(1).copied().chain([cuts[0] + ring.len()]);
            cuts.iter()
                .zip(ends)
                .map(|(&from, to)| stitched.add(piece(ring, from, to)))
                .collect()
        })
        .collect();
    (stitched.arcs, uses)
}

type Key = (i32, i32);

fn key(point: Point) -> Key {
    (point.x, point.y)
}

/// Returns the vertices of a ring from one position to another, both included; positions wrap.
fn piece(ring: &[Point], from: usize, to: usize) -> Vec<Point> {
    (from..=to).map(|at| ring[at % ring.len()]).collect()
}

struct Junctions(HashMap<Key, Option<[Key; 2]>>);

impl Junctions {
    fn find(rings: &[Vec<Point>]) -> Junctions {
        // The two neighbours of each vertex, or `None` once two rings have different ones.
        let mut neighbours = HashMap::new();
        for ring in rings {
            for at in 0..ring.len() {
                let mut pair = [
                    key(ring[(at + ring.len() - 1) % ring.len()]),
                    key(ring[(at + 1) % ring.len()]),
                ];
                pair.sort_unstable();
                let known = neighbours.entry(key(ring[at])).or_insert(Some(pair));
                if *known != Some(pair) {
                    *known = None;
                }
            }
        }
        Junctions(neighbours)
    }

    fn contains(&self, point: Point) -> bool {
        self.0.get(&key(point)).is_some_and(Option::is_none)
    }
}

#[derive(Default)]
struct ArcSet {
    arcs: Vec<Vec<Point>>,
    /// The index of each arc, by its vertices in the direction that sorts first.
    known: BTreeMap<Vec<Key>, u32>,
}

impl ArcSet {
    fn add(&mut self, points: Vec<Point>) -> ArcUse {
        let forwards: Vec<Key> = points.iter().copied().map(key).collect();
        let backwards: Vec<Key> = forwards.iter().rev().copied().collect();
        let next = self.arcs.len() as u32;
        let (canonical, reversed) = if backwards < forwards {
            (backwards, true)
        } else {
            (forwards, false)
        };
        let arc = *self.known.entry(canonical).or_insert_with_key(|canonical| {
            self.arcs
                .push(canonical.iter().map(|&(x, y)| Point { x, y }).collect());
            next
        });
        ArcUse { arc, reversed }
    }
}
