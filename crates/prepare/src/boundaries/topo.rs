//! Reads TopoJSON, whose arcs are shared already; a quantised file stores them as differences.

use rising_model::shapes::geometry::ArcUse;
use serde_json::Value as Json;
use topojson::{Geometry, TopoJson, Topology, Value};

use super::{Feature, Position, RawBoundaries, RawRing, position};

pub(super) fn read(value: Json) -> Result<RawBoundaries, String> {
    check_transform(&value)?;
    let parsed: TopoJson = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let TopoJson::Topology(topology) = parsed else {
        return Err("it is a geometry without a topology".into());
    };
    let arcs = topology
        .arcs
        .iter()
        .map(|arc| decode(arc, &topology))
        .collect::<Result<Vec<_>, _>>()?;
    let object = match &topology.objects[..] {
        [only] => only,
        several => several
            .iter()
            .find(|object| object.name == "areas")
            .ok_or_else(|| {
                let names = several
                    .iter()
                    .map(|object| object.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", ");
                format!(
                    "it has {} objects ({names}), none named \"areas\"",
                    several.len()
                )
            })?,
    };
    let Value::GeometryCollection(geometries) = &object.geometry.value else {
        return Err(format!(
            "its object \"{}\" is not a collection of areas",
            object.name
        ));
    };
    let features = geometries
        .iter()
        .map(|geometry| feature(geometry, arcs.len()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RawBoundaries { arcs, features })
}

/// Checks that `scale` and `translate` are pairs of numbers: the library panics if they are not.
fn check_transform(value: &Json) -> Result<(), String> {
    let Some(transform) = value.get("transform") else {
        return Ok(());
    };
    for name in ["scale", "translate"] {
        let numbers = transform.get(name).and_then(Json::as_array);
        if !numbers.is_some_and(|numbers| numbers.len() == 2 && numbers.iter().all(Json::is_number))
        {
            return Err(format!("its transform has no two numbers \"{name}\""));
        }
    }
    Ok(())
}

/// Decodes and projects an arc. The positions of a quantised topology are differences.
fn decode(arc: &topojson::Arc, topology: &Topology) -> Result<Vec<Position>, String> {
    if arc.is_empty() {
        return Err("it has an arc without points".into());
    }
    let (mut x, mut y) = (0.0, 0.0);
    arc.iter()
        .map(|degrees| match (&topology.transform, &degrees[..]) {
            (Some(transform), &[dx, dy, ..]) => {
                (x, y) = (x + dx, y + dy);
                let [scale_x, scale_y] = transform.scale;
                let [left, top] = transform.translate;
                position(&[x * scale_x + left, y * scale_y + top])
            }
            _ => position(degrees),
        })
        .collect()
}

fn feature(geometry: &Geometry, arcs: usize) -> Result<Feature, String> {
    let polygons: Vec<&Vec<Vec<i32>>> = match &geometry.value {
        Value::Polygon(rings) => vec![rings],
        Value::MultiPolygon(polygons) => polygons.iter().collect(),
        _ => return Err("it has an area that is no polygon".into()),
    };
    let mut rings = vec![];
    for polygon in polygons {
        for (number, ring) in polygon.iter().enumerate() {
            let uses = ring
                .iter()
                .map(|&index| arc_use(index, arcs))
                .collect::<Result<Vec<_>, _>>()?;
            let uses = without_reversals(uses);
            rings.push(RawRing {
                uses,
                outer: number == 0,
            });
        }
    }
    Ok(Feature {
        id: geometry.id.clone(),
        properties: geometry.properties.clone().unwrap_or_default(),
        rings,
    })
}

/// Removes pairs of uses that follow an arc and go straight back. The rest is still a ring.
fn without_reversals(uses: Vec<ArcUse>) -> Vec<ArcUse> {
    let is_reversal = |a: &ArcUse, b: &ArcUse| a.arc == b.arc && a.reversed != b.reversed;
    let mut kept: Vec<ArcUse> = vec![];
    for used in uses {
        match kept.last() {
            Some(last) if is_reversal(last, &used) => drop(kept.pop()),
            _ => kept.push(used),
        }
    }
    // The first arc is arbitrary, so the last one may be its reversal.
    while let [first, .., last] = &kept[..]
        && is_reversal(first, last)
    {
        kept.pop();
        kept.remove(0);
    }
    kept
}

/// Decodes an arc index; a negative one is the ones' complement of a reversed arc's index.
fn arc_use(index: i32, arcs: usize) -> Result<ArcUse, String> {
    let (arc, reversed) = if index < 0 {
        (!index, true)
    } else {
        (index, false)
    };
    if (arc as usize) < arcs {
        Ok(ArcUse {
            arc: arc as u32,
            reversed,
        })
    } else {
        Err(format!("an area uses arc {index}, and there are {arcs}"))
    }
}
