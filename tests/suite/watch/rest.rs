//! The rest of a build: what `serve` tells and shows of pages that it renders behind the build.

use super::{Outcome, Served, equal};

const TEMPLATE: &str = "themes/own/templates/lesson.html";
const FAILS: &str = "{% if page.title == \"Lesson 77\" %}{{ page.nothing.here }}{% endif %}";

/// A template that every page is made with: the pages follow, and so does what is wrong with one of them. Then the last
/// good site is shown again.
pub fn rest_is_told() -> Outcome {
    let lessons: Vec<(String, String)> = (0..100)
        .map(|number| (format!("content/{number:02}.md"), format!("# Lesson {number}\n")))
        .collect();
    let mut files = vec![("site.toml", "theme = \"own\"\n"), (TEMPLATE, "old {{ page.title }}")];
    files.extend(lessons.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let served = Served::start(&files)?;
    let first = served.event("rendered")?;
    equal(&(&first["build"], &first["shown"]), &(&1.into(), &true.into()), "the first build")?;
    served.wait_for("/12.html", "old Lesson 12")?;

    served.put(TEMPLATE, "new {{ page.title }}")?;
    let built = served.event("built")?;
    let rendered = served.event("rendered")?;
    let both = [&built, &rendered].map(|event| event["rendered"].as_u64().unwrap_or_default());
    equal(&built["left"].as_u64(), &Some(both[1]), "what is left")?;
    equal(&(both[0] < 10, both[1] > 90), &(true, true), "how many pages")?;
    served.wait_for("/12.html", "new Lesson 12")?;

    served.put(TEMPLATE, &format!("broken {{{{ page.title }}}}{FAILS}"))?;
    let built = served.event("built")?;
    equal(&(&built["errors"], &built["shown"]), &(&0.into(), &true.into()), "what is known then")?;
    let told = served.event("diagnostics")?;
    equal(&told["errors"], &1.into(), "what is wrong")?;
    let rendered = served.event("rendered")?;
    equal(&(&rendered["errors"], &rendered["shown"]), &(&1.into(), &false.into()), "the rest")?;
    equal(
        &rendered["pages"].as_array().map(|pages| pages.len() > 90),
        &Some(true),
        "what came back",
    )?;
    served.wait_for("/12.html", "new Lesson 12")?;

    served.put(TEMPLATE, "good {{ page.title }}")?;
    let told = served.event("diagnostics")?;
    equal(&told["errors"], &0.into(), "what is wrong then")?;
    served.wait_for("/77.html", "good Lesson 77")?;
    served.stop()
}
