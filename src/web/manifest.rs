//! The web app manifest: what the course is called and looks like where a device keeps it beside its apps.

use serde_json::{Map, Value, json};

use crate::address::{Address, encode_path, media_type};
use crate::config::Config;
use crate::course::Course;

/// Where it lies.
pub const NAME: &str = "manifest.webmanifest";

/// Whether a site has one. Browsers complain of it where a site is opened from a disk, so there is one only where somebody
/// means to publish the site on the web.
pub fn has_manifest(config: &Config) -> bool {
    config.base_url.is_some() || config.offline
}

/// The manifest. All addresses in it count from its own, so it needs no base URL. `theme` is the folder of the theme.
pub fn manifest(course: &Course<'_>, theme: &str) -> String {
    let config = course.config;
    let mut data = Map::new();
    data.insert("name".to_owned(), json!(course.layout.title));
    if let Some(description) = &config.description {
        data.insert("description".to_owned(), json!(description));
    }
    data.insert("lang".to_owned(), json!(config.language));
    data.insert("dir".to_owned(), json!(course.direction()));
    data.insert("start_url".to_owned(), json!("./"));
    data.insert("scope".to_owned(), json!("./"));
    // With the browser's way back: a course is read in all directions.
    data.insert("display".to_owned(), json!("minimal-ui"));
    data.insert("icons".to_owned(), json!([icon(course, theme)]));
    let mut text = Value::Object(data).to_string();
    text.push('\n');
    text
}

fn icon(course: &Course<'_>, theme: &str) -> Value {
    let placed = course.layout.icon.map(|id| &course.layout.assets[id as usize]);
    let built_in = Address::new(&format!("{theme}/icon.svg"));
    let address = placed.map_or(&built_in, |placed| &placed.address);
    let kind = media_type(address);
    let size = placed.and_then(|placed| placed.asset.size).filter(|_| kind != "image/svg+xml");
    let sizes = size.map_or("any".to_owned(), |(width, height)| format!("{width}x{height}"));
    let mut src = String::new();
    encode_path(address.as_str(), &mut src);
    json!({ "src": src, "sizes": sizes, "type": kind })
}
