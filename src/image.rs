//! The size of images, read from their first bytes so that pages can keep the room free.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use html5gum::{Token, Tokenizer};

/// How much of an SVG is read: its root element comes first.
const SVG_HEAD: u64 = 16 * 1024;

/// The width and height of an image in CSS pixels; `None` for other files and for those that do not tell.
pub fn size(path: &Path) -> Option<(u32, u32)> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" => {
            let size = imagesize::size(path).ok()?;
            Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
        }
        "svg" => {
            let mut head = Vec::new();
            File::open(path).ok()?.take(SVG_HEAD).read_to_end(&mut head).ok()?;
            svg_size(&String::from_utf8_lossy(&head))
        }
        _ => None,
    }
}

/// The size an SVG asks for: `width` and `height`, else those of its `viewBox` (SVG 2, sections 8.2 and 8.8).
fn svg_size(svg: &str) -> Option<(u32, u32)> {
    let root = Tokenizer::new(svg).find_map(|token| match token {
        Ok(Token::StartTag(tag)) if tag.name.as_slice() == b"svg" => Some(tag),
        _ => None,
    })?;
    let attribute = |name: &[u8]| {
        let value = root.attributes.iter().find(|(key, _)| key.as_slice() == name)?.1;
        std::str::from_utf8(value.as_slice()).ok().map(str::to_owned)
    };
    let length = |name: &[u8]| {
        let text = attribute(name)?;
        let number = text.trim().strip_suffix("px").unwrap_or(text.trim());
        positive(number.parse().ok()?)
    };
    if let (Some(width), Some(height)) = (length(b"width"), length(b"height")) {
        return Some((width, height));
    }
    let view_box = attribute(b"viewbox")?;
    let mut numbers = view_box.split([' ', ',', '\n', '\t']).filter(|part| !part.is_empty());
    let width = numbers.nth(2)?.parse().ok()?;
    let height = numbers.next()?.parse().ok()?;
    Some((positive(width)?, positive(height)?))
}

fn positive(length: f64) -> Option<u32> {
    (length >= 1.0 && length <= f64::from(u32::MAX)).then(|| length.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_svg_tells_its_size_by_length_or_by_view_box() {
        assert_eq!(svg_size("<?xml?><svg width='30px' height=\"20\">"), Some((30, 20)));
        assert_eq!(svg_size("<svg width='100%' viewBox='0 0 640.4,360'>"), Some((640, 360)));
        assert_eq!(svg_size("<svg viewBox='0 0 a b'>"), None);
    }
}
