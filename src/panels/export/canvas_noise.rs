//! Whether a picture that the page draws can be saved. To stop tracking, some browsers change what
//! a page reads from a canvas: a few pixels by a shade (Brave, Firefox in private windows), or all
//! of them at random (Tor Browser, Firefox with `privacy.resistFingerprinting`). Nothing announces
//! it, so a known pattern goes the way of the picture and is compared.

use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, ImageData};

use super::picture::encoded;

/// What a browser makes of the pixels that a page saves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CanvasNoise {
    None,
    /// Nobody sees it.
    Slight,
    /// The picture is lost in it.
    Spoilt,
}

/// Width and height of the pattern: browsers that change a few pixels find some in it.
const SIDE: u32 = 64;

/// Steps of 255 by which a channel may be off before it is seen.
const UNSEEN: u8 = 8;

/// What this browser makes of them now. A reader can allow the page to read canvases at any time.
pub async fn noise() -> CanvasNoise {
    match furthest_off().await {
        None | Some(0) => CanvasNoise::None,
        Some(1..=UNSEEN) => CanvasNoise::Slight,
        Some(_) => CanvasNoise::Spoilt,
    }
}

/// By how much the pattern's channels are off at most, read from its canvas and from a PNG of it.
/// `None` where the browser has no canvas, on which saving a picture fails by itself.
async fn furthest_off() -> Option<u8> {
    let drawn = pattern();
    let (canvas, context) = canvas()?;
    let image = ImageData::new_with_u8_clamped_array(Clamped(&drawn), SIDE).ok()?;
    context.put_image_data(&image, 0.0, 0.0).ok()?;
    // The file first: some browsers change a canvas no more once it has been read.
    let file = encoded(&canvas).await?;
    let directly = off(&drawn, &context)?;
    let promise = window().create_image_bitmap_with_blob(&file).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(promise).await.ok()?.unchecked_into();
    let (_, context) = self::canvas()?;
    context
        .draw_image_with_image_bitmap(&bitmap, 0.0, 0.0)
        .ok()?;
    Some(directly.max(off(&drawn, &context)?))
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

fn off(drawn: &[u8], context: &CanvasRenderingContext2d) -> Option<u8> {
    let side = f64::from(SIDE);
    let read = context.get_image_data(0.0, 0.0, side, side).ok()?.data();
    drawn
        .iter()
        .zip(read.iter())
        .map(|(drawn, read)| drawn.abs_diff(*read))
        .max()
}

/// Opaque pixels, of which no two neighbours are alike.
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
    fn pattern_is_opaque_and_varied() {
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
