//! What must be true of every page: axe-core finds nothing, the console is
//! silent, and nothing is wider than its window, down to 320 px.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::driver::Ask;
use crate::window::Window;

const AXE: &str = include_str!("vendor/axe.min.js");

/// Every rule that is on by default, and the one of WCAG 2.2; or those of colours alone,
/// since nothing else is another in the dark.
const RUN_AXE: &str = r#"
    const [ofColours, done] = arguments;
    const some = ofColours ? { runOnly: ["color-contrast", "link-in-text-block"] } : {};
    const options = { ...some, resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
    axe.run(document, options).then(
        (results) => done(results.violations.flatMap((rule) => rule.nodes.map((node) =>
            `${rule.id}: ${node.html}\n      ${node.failureSummary.replaceAll("\n", "\n      ")}`))),
        (error) => done([`axe-core failed: ${error}`]),
    );
"#;

/// What stands out at the right: the page itself, a pane that scrolls down and
/// also sideways, or a control beyond the edge. Lists of links may scroll sideways. And
/// what stands out below, where the panes alone are to scroll: an address with a `#` would
/// move all of them.
const FIND_OVERFLOW: &str = r##"
    const width = document.documentElement.clientWidth;
    const name = (element) => element.cloneNode(false).outerHTML;
    const wide = [];
    if (document.documentElement.scrollWidth > width) wide.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    const { scrollHeight, clientHeight } = document.documentElement;
    if (document.body.matches(".app") && scrollHeight > clientHeight) wide.push(`the page is ${scrollHeight} px high`);
    for (const element of document.querySelectorAll("body *")) {
        const style = getComputedStyle(element);
        const scrolls = ["auto", "scroll"].includes(style.overflowY) && !element.closest("nav, textarea, select");
        if (scrolls && element.scrollWidth > element.clientWidth + 1) wide.push(`scrolls sideways: ${name(element)}`);
        if (element.matches("a, button, input, select, textarea, h1, h2, h3, p") && !element.closest("nav, .visually-hidden, .skip-link")) {
            const box = element.getBoundingClientRect();
            if (box.width > 0 && element.checkVisibility() && (box.right > width + 1 || box.left < -1))
                wide.push(`from ${Math.round(box.left)} to ${Math.round(box.right)} px: ${name(element)}`);
        }
    }
    return wide;
"##;

/// Where nothing may stand out: a small window, a phone, and 400 % in a window of 1280 px.
const WIDTHS: [u32; 3] = [900, 390, 320];

/// Lets every colour that is on its way to another one arrive: what inherits a colour
/// begins when its parent has arrived.
const SETTLE: &str = r#"
    for (let n = 0; n < 50; n++) {
        const moving = document.getAnimations();
        if (!moving.length) return;
        for (const one of moving) one.finish();
    }
    throw new Error("something moves without an end");
"#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Wide,
    Phone,
}

impl Window {
    /// Looks at the page as it is, light and dark. Answers everything that is
    /// wrong, a text each.
    pub fn inspect(&self, screens: &[Screen]) -> Vec<String> {
        let mut problems = self.console();
        // What is wrong everywhere is told once.
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for scheme in ["light", "dark"] {
            self.prefer(scheme);
            for screen in screens {
                self.show_on(*screen);
                for problem in self.axe(scheme == "dark") {
                    found.entry(problem).or_default().push(format!("{screen:?} {scheme}"));
                }
            }
        }
        for width in WIDTHS.into_iter().filter(|_| screens.contains(&Screen::Phone)) {
            self.show_at(width, 844, true);
            self.is_painted();
            let wide = strings(&self.run(FIND_OVERFLOW));
            problems.extend(wide.iter().map(|what| format!("too large for {width} px: {what}")));
        }
        self.show_on(Screen::Wide);
        let told = found.into_iter().map(|(problem, at)| format!("{}: {problem}", at.join(", ")));
        problems.extend(told);
        problems
    }

    /// What axe-core finds on the page as it is shown.
    fn axe(&self, of_colours: bool) -> Vec<String> {
        if self.run("return typeof axe") == "undefined" {
            self.run(AXE);
        }
        let found = self.block_on(self.client().execute_async(RUN_AXE, vec![of_colours.into()]));
        strings(&found.expect("axe-core runs"))
    }

    /// Errors and warnings in the console since it was read last, such as a
    /// broken script or something that the page's own policy forbids.
    pub fn console(&self) -> Vec<String> {
        let page = self.url();
        let entries = self.ask(Ask::console());
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or("").to_owned();
        entries
            .as_array()
            .expect("a list")
            .iter()
            .filter(|entry| matches!(text(entry, "level").as_str(), "SEVERE" | "WARNING"))
            .map(|entry| text(entry, "message"))
            // A page that says 404 itself is also told so, and a draft of what was lost
            // meanwhile is refused beside the page that says so.
            .filter(|message| {
                let told = |status: &str| message.contains(&format!("with a status of {status}"));
                !(message.starts_with(&page) && told("4")
                    || message.contains("/draft - ") && told("409"))
            })
            .map(|message| format!("the console says: {message}"))
            .collect()
    }

    pub fn show_on(&self, screen: Screen) {
        let is_phone = screen == Screen::Phone;
        let (width, height) = if is_phone { (390, 844) } else { (1440, 900) };
        self.show_at(width, height, is_phone);
    }

    fn show_at(&self, width: u32, height: u32, is_phone: bool) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone,
        });
        self.ask(Ask::devtools("Emulation.setDeviceMetricsOverride", size));
    }

    fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]});
        self.ask(Ask::devtools("Emulation.setEmulatedMedia", features));
        self.run(SETTLE);
    }
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|item| item.as_str().unwrap_or("?").to_owned()).collect()
}
