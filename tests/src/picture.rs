//! The colours on screen.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use rising_model::scale::Rgb;

use crate::page::Spot;

/// A picture of the viewport.
#[derive(Debug)]
pub struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<Rgb>,
    density: f64,
}

impl Picture {
    /// Reads a PNG with that many pixels per CSS pixel.
    ///
    /// # Errors
    /// If it is none.
    pub fn decode(png: &[u8], density: f64) -> Result<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().context("the screenshot is no PNG")?;
        let mut bytes = vec![
            0;
            reader
                .output_buffer_size()
                .context("the screenshot is too large")?
        ];
        let info = reader.next_frame(&mut bytes)?;
        let samples = info.color_type.samples();
        ensure!(samples >= 3, "the screenshot has no colours");
        let pixels = bytes[..info.buffer_size()]
            .chunks_exact(samples)
            .map(|pixel| [pixel[0], pixel[1], pixel[2]]);
        Ok(Self {
            width: info.width as usize,
            height: info.height as usize,
            pixels: pixels.collect(),
            density,
        })
    }

    /// Width and height in device pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Which part of the pixels within `reach` CSS pixels has about that colour: 1 for all. Lines,
    /// marks and letters lie upon some of them, and shadows make a little darker. `None` beyond the
    /// picture.
    pub fn share_of(&self, wanted: Rgb, spot: Spot, reach: f64) -> Option<f64> {
        let near = |colour: Rgb| colour.iter().zip(wanted).all(|(&a, b)| a.abs_diff(b) <= 5);
        let pixels = self.around(spot, reach)?;
        Some(pixels.iter().filter(|&&colour| near(colour)).count() as f64 / pixels.len() as f64)
    }

    /// The pixels of the square within `reach` CSS pixels; `None` beyond the picture.
    fn around(&self, spot: Spot, reach: f64) -> Option<Vec<Rgb>> {
        let device = |css: f64| (css * self.density).round() as i64;
        let (x, y, reach) = (device(spot.x), device(spot.y), device(reach));
        let at = |x: i64, y: i64| {
            let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
            (x < self.width && y < self.height).then(|| self.pixels[y * self.width + x])
        };
        (y - reach..=y + reach)
            .flat_map(|row| (x - reach..=x + reach).map(move |column| at(column, row)))
            .collect()
    }

    /// Has a pixel within `reach` CSS pixels that colour?
    pub fn has_colour(&self, spot: Spot, reach: f64, wanted: Rgb) -> bool {
        self.around(spot, reach)
            .is_some_and(|pixels| pixels.contains(&wanted))
    }

    /// The colour that most of the pixels within `reach` CSS pixels have: that of the ground there,
    /// not of a thin line or of a letter upon it. `None` beyond the picture.
    pub fn colour_around(&self, spot: Spot, reach: f64) -> Option<Rgb> {
        let mut counts: HashMap<Rgb, usize> = HashMap::new();
        for colour in self.around(spot, reach)? {
            *counts.entry(colour).or_default() += 1;
        }
        counts
            .into_iter()
            .max_by_key(|&(_, count)| count)
            .map(|(colour, _)| colour)
    }
}
