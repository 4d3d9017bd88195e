//! Reads the colours of a screenshot.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use rising_look::Rgb;

use crate::page::ScreenPoint;

/// A screenshot of the viewport.
#[derive(Debug)]
pub struct Screenshot {
    width: usize,
    height: usize,
    pixels: Vec<Rgb>,
    density: f64,
}

impl Screenshot {
    /// Decodes a PNG with `density` pixels per CSS pixel.
    ///
    /// # Errors
    /// If the bytes are not a PNG with colours.
    pub fn decode(png: &[u8], density: f64) -> Result<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().context("the screenshot is not a PNG")?;
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

    /// Returns the share, 0 to 1, of the pixels within `reach` CSS pixels that have about the
    /// `wanted` colour; `None` outside the screenshot. Lines, marks and letters cover some of them,
    /// and shadows make them a little darker.
    pub fn colour_share(&self, wanted: Rgb, spot: ScreenPoint, reach: f64) -> Option<f64> {
        let near = |colour: Rgb| colour.iter().zip(wanted).all(|(&a, b)| a.abs_diff(b) <= 5);
        let pixels = self.pixels_around(spot, reach)?;
        Some(pixels.iter().filter(|&&colour| near(colour)).count() as f64 / pixels.len() as f64)
    }

    /// Returns the pixels of the square within `reach` CSS pixels; `None` outside the screenshot.
    fn pixels_around(&self, spot: ScreenPoint, reach: f64) -> Option<Vec<Rgb>> {
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

    /// Whether a pixel within `reach` CSS pixels has exactly the `wanted` colour.
    pub fn has_colour(&self, spot: ScreenPoint, reach: f64, wanted: Rgb) -> bool {
        self.pixels_around(spot, reach)
            .is_some_and(|pixels| pixels.contains(&wanted))
    }

    /// Returns the most frequent colour within `reach` CSS pixels, which is that of the ground and
    /// not of a thin line or a letter; `None` outside the screenshot.
    pub fn main_colour(&self, spot: ScreenPoint, reach: f64) -> Option<Rgb> {
        let mut counts: HashMap<Rgb, usize> = HashMap::new();
        for colour in self.pixels_around(spot, reach)? {
            *counts.entry(colour).or_default() += 1;
        }
        counts
            .into_iter()
            .max_by_key(|&(_, count)| count)
            .map(|(colour, _)| colour)
    }
}
