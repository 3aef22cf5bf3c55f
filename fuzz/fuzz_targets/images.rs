//! The first bytes of images, whose size is read.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let ending = ["png", "jpg", "gif", "webp", "svg"][usize::from(*first) % 5];
    hornbook_fuzz::on_disk(&format!("content/p.{ending}"), bytes);
});
