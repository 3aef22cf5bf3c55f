//! Pictures: what `image` and `icon` name, in the front matter of a page or in `site.toml`.

use super::paths::{Found, NotFound};
use crate::address::is_picture;
use crate::course::AssetId;
use crate::diagnostic::Diagnostic;
use crate::source::Place;

/// A path as an author has written it.
pub struct Named<'a> {
    pub key: &'static str,
    pub path: &'a str,
    pub place: Place,
}

impl Named<'_> {
    /// The picture, or what is wrong with it. `known` are the names that may have been meant.
    pub fn find<'k, K: IntoIterator<Item = &'k str>>(
        self,
        found: Result<Found, NotFound>,
        known: impl FnOnce() -> K,
    ) -> Result<AssetId, Box<Diagnostic>> {
        let Self { key, path, place } = self;
        let name = path.rsplit('/').next().unwrap_or(path);
        let wrong = match found {
            Ok(Found::Asset(asset)) if is_picture(name) => return Ok(asset),
            Ok(_) | Err(NotFound::Draft | NotFound::Summary) => {
                Diagnostic::invalid_value(place, key, "a picture", &format!("`{path}`"))
            }
            Err(NotFound::Outside) => Diagnostic::outside_link(place, path),
            Err(NotFound::LeftOut) => Diagnostic::left_out_link(place, path),
            Err(NotFound::Nothing) => Diagnostic::unknown_asset(place, path, known()),
        };
        Err(Box::new(wrong))
    }
}
