//! Detects whether the browser alters pictures that a page draws and saves.
//!
//! Against tracking, some browsers change the pixels that a page reads from a canvas: a few of them
//! by a shade (Brave, Firefox in private windows), or all of them at random (Tor Browser, Firefox
//! with `privacy.resistFingerprinting`). No API reports this, so a known pattern is encoded as the
//! picture is, and compared.

use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, ImageData};

use super::picture::encode_png;

/// The amount by which the browser alters pixels that a page saves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CanvasNoise {
    None,
    /// Too little to be seen.
    Slight,
    /// So much that the picture is unusable.
    Spoilt,
}

/// Width and height of the pattern in pixels: enough for a browser that changes few of them to
/// change some.
const SIDE: u32 = 64;

/// The largest difference of a channel, of 255, that is not seen.
const INVISIBLE: u8 = 8;

/// Measures the noise now: a reader can allow the page to read canvases at any time.
pub async fn measure() -> CanvasNoise {
    match max_difference().await {
        None | Some(0) => CanvasNoise::None,
        Some(1..=INVISIBLE) => CanvasNoise::Slight,
        Some(_) => CanvasNoise::Spoilt,
    }
}

/// Returns the largest difference of a channel between the pattern and its pixels read from a
/// canvas and from a PNG. `None` where the browser has no canvas, without which saving a picture
/// fails anyway.
async fn max_difference() -> Option<u8> {
    let drawn = pattern();
    let (canvas, context) = canvas()?;
    let image = ImageData::new_with_u8_clamped_array(Clamped(&drawn), SIDE).ok()?;
    context.put_image_data(&image, 0.0, 0.0).ok()?;
    // Encodes first: some browsers no longer change a canvas that has been read.
    let file = encode_png(&canvas).await?;
    let direct = difference(&drawn, &context)?;
    let promise = window().create_image_bitmap_with_blob(&file).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(promise).await.ok()?.unchecked_into();
    let (_, context) = self::canvas()?;
    context
        .draw_image_with_image_bitmap(&bitmap, 0.0, 0.0)
        .ok()?;
    Some(direct.max(difference(&drawn, &context)?))
}

fn canvas() -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas = document()
        .create_element("canvas")
        .ok()?
        .dyn_into::<HtmlCanvasElement>()
        .ok()?;
    canvas.set_width(SIDE);
    canvas.set_height(SIDE);
    let context = canvas
        .get_context("2d")
        .ok()??
        .dyn_into::<CanvasRenderingContext2d>()
        .ok()?;
    Some((canvas, context))
}

fn difference(drawn: &[u8], context: &CanvasRenderingContext2d) -> Option<u8> {
    let side = f64::from(SIDE);
    let read = context.get_image_data(0.0, 0.0, side, side).ok()?.data();
    drawn
        .iter()
        .zip(read.iter())
        .map(|(drawn, read)| drawn.abs_diff(*read))
        .max()
}

/// Returns opaque pixels, each different from the next.
fn pattern() -> Vec<u8> {
    let pixel = |at: u32| [at * 37, at * 91 + 40, at * 53 + 80].map(|shade| (shade % 256) as u8);
    (0..SIDE * SIDE)
        .flat_map(|at| pixel(at + at / SIDE).into_iter().chain([u8::MAX]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pattern_is_opaque_and_has_no_equal_neighbours() {
        let pattern = pattern();
        assert_eq!(pattern.len() as u32, SIDE * SIDE * 4);
        assert!(pattern.chunks_exact(4).all(|pixel| pixel[3] == 255));
        assert!(
            pattern
                .chunks_exact(4)
                .zip(pattern[4..].chunks_exact(4))
                .all(|(one, next)| one != next)
        );
    }
}
