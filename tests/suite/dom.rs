//! HTML compared as a document tree: attributes in any order, white space that does not show left out.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, QualName, local_name, ns, parse_fragment};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// A node, reduced to what a reader of the page could notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Element { name: String, attributes: Vec<(String, String)>, children: Vec<Node> },
    Text(String),
    Other(String),
}

/// Parses HTML as the content of a `div`.
pub fn parse(html: &str) -> Vec<Node> {
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let dom = parse_fragment(RcDom::default(), ParseOpts::default(), context, Vec::new(), false)
        .one(html);
    let root = dom.document.children.borrow()[0].clone();
    let mut nodes = children(&root, false);
    trim(&mut nodes);
    nodes
}

fn children(handle: &Handle, is_preformatted: bool) -> Vec<Node> {
    let children = handle.children.borrow();
    children.iter().filter_map(|child| node(child, is_preformatted)).collect()
}

fn node(handle: &Handle, is_preformatted: bool) -> Option<Node> {
    match &handle.data {
        NodeData::Element { name, attrs, .. } => {
            let name = name.local.to_string();
            let mut attributes: Vec<_> = attrs
                .borrow()
                .iter()
                .map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()))
                .collect();
            attributes.sort();
            let is_preformatted = is_preformatted || name == "pre" || name == "textarea";
            let mut children = children(handle, is_preformatted);
            if !is_preformatted {
                trim(&mut children);
            }
            Some(Node::Element { name, attributes, children })
        }
        NodeData::Text { contents } => {
            let text = contents.borrow().to_string();
            Some(Node::Text(if is_preformatted { text } else { collapse(&text) }))
        }
        NodeData::Comment { contents } => Some(Node::Other(format!("<!--{contents}-->"))),
        NodeData::ProcessingInstruction { contents, .. } => Some(Node::Other(contents.to_string())),
        _ => None,
    }
}

fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_whitespace() {
            if !collapsed.ends_with(' ') {
                collapsed.push(' ');
            }
        } else {
            collapsed.push(character);
        }
    }
    collapsed
}

/// Leaves out white space beside blocks and at the edges, as a browser does.
fn trim(nodes: &mut Vec<Node>) {
    let is_edge = |node: Option<&Node>| match node {
        None => true,
        Some(Node::Element { name, .. }) => is_block(name) || name == "br",
        Some(_) => false,
    };
    for at in 0..nodes.len() {
        let (after_edge, before_edge) =
            (is_edge(at.checked_sub(1).map(|before| &nodes[before])), is_edge(nodes.get(at + 1)));
        if let Node::Text(text) = &mut nodes[at] {
            if after_edge {
                *text = text.trim_start_matches(' ').to_owned();
            }
            if before_edge {
                *text = text.trim_end_matches(' ').to_owned();
            }
        }
    }
    nodes.retain(|node| !matches!(node, Node::Text(text) if text.is_empty()));
}

fn is_block(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "article",
        "aside",
        "blockquote",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "iframe",
        "li",
        "ol",
        "p",
        "pre",
        "script",
        "section",
        "style",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "video",
    ];
    BLOCKS.contains(&name)
}

/// Writes nodes as indented lines, for messages.
pub fn outline(nodes: &[Node]) -> String {
    let mut out = String::new();
    write(nodes, 0, &mut out);
    out
}

fn write(nodes: &[Node], depth: usize, out: &mut String) {
    for node in nodes {
        out.push_str(&"  ".repeat(depth));
        match node {
            Node::Text(text) => out.push_str(&format!("{text:?}\n")),
            Node::Other(text) => out.push_str(&format!("{text}\n")),
            Node::Element { name, attributes, children } => {
                out.push_str(name);
                for (name, value) in attributes {
                    out.push_str(&format!(" {name}={value:?}"));
                }
                out.push('\n');
                write(children, depth + 1, out);
            }
        }
    }
}
