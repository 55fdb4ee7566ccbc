//! Reads a source into cells, as jupytext does.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Value};

use super::Problem;

/// A source as it was written, not yet judged.
#[derive(Debug)]
pub struct Source {
    pub front: Vec<Entry>,
    pub cells: Vec<Cell>,
}

/// One line of front matter or one cell option.
#[derive(Debug)]
pub struct Entry {
    pub key: String,
    pub line: usize,
    pub value: Value,
}

/// One cell.
#[derive(Debug)]
pub struct Cell {
    /// Line of the file where its text begins.
    pub line: usize,
    pub text: String,
    pub kind: Kind,
}

/// What a cell is, with what only that kind has.
#[derive(Debug)]
pub enum Kind {
    Markdown { metadata: Map<String, Value> },
    Code { options: Vec<Entry> },
}

impl Cell {
    pub fn is_code(&self) -> bool {
        matches!(self.kind, Kind::Code { .. })
    }

    /// The value of a cell option.
    pub fn option(&self, key: &str) -> Option<&Value> {
        let Kind::Code { options } = &self.kind else { return None };
        options.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.option("tags")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags().any(|t| t == tag)
    }

    /// The number in a tag such as `exercise:9.2`.
    pub fn id_of(&self, kind: &str) -> Option<&str> {
        self.tags().find_map(|tag| tag.strip_prefix(kind)?.strip_prefix(':'))
    }
}

/// The opening line of a fenced block: how it must be closed, and what it holds.
#[derive(Clone, Copy)]
struct Fence<'a> {
    mark: char,
    length: usize,
    info: &'a str,
}

impl<'a> Fence<'a> {
    fn open(line: &'a str) -> Option<Self> {
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        let fence = length >= 3 && (mark == '~' || !info.contains('`'));
        fence.then_some(Self { mark, length, info: info.trim_end() })
    }

    fn closes(self, line: &str) -> bool {
        let rest = line.trim_start_matches(self.mark);
        line.len() - rest.len() >= self.length && rest.trim().is_empty()
    }

    fn is_code_cell(self) -> bool {
        self.info.trim_start().starts_with("{code-cell}")
    }
}

/// The lines of a markdown text that no fence encloses.
pub fn unfenced(text: &str) -> Vec<&str> {
    let mut open: Option<Fence<'_>> = None;
    let mut kept = Vec::new();
    for line in text.lines() {
        match open {
            Some(fence) if fence.closes(line) => open = None,
            Some(_) => {}
            None => match Fence::open(line) {
                Some(fence) => open = Some(fence),
                None => kept.push(line),
            },
        }
    }
    kept
}

/// Splits a source into front matter and cells.
pub fn parse(text: &str) -> Result<Source, Problem> {
    let lines: Vec<&str> = text.lines().collect();
    let (front, body) = front_matter(&lines)?;

    let mut cells = Vec::new();
    let mut prose = Prose { start: body, metadata: Map::new() };
    // A block may begin here without an empty line before it.
    let mut free = body;
    let mut i = body;
    while i < lines.len() {
        let line = lines[i];
        let after_blank = i == free || lines[i - 1].trim().is_empty();
        if let Some(fence) = Fence::open(line) {
            if !after_blank {
                return Err(Problem::new(
                    i + 1,
                    "a fence needs an empty line before it; add one",
                ));
            }
            let end = closing_line(&lines, i, fence)?;
            if fence.is_code_cell() {
                if fence.info != "{code-cell} rust" {
                    return Err(Problem::new(
                        i + 1,
                        "a code cell begins with ```{code-cell} rust",
                    ));
                }
                prose.flush(&lines, i, &mut cells);
                cells.push(code_cell(&lines[i + 1..end], i + 2)?);
                prose = Prose { start: end + 1, metadata: Map::new() };
            }
            i = end + 1;
            free = i;
            continue;
        }
        if is_break(line) {
            if !after_blank {
                return Err(Problem::new(
                    i + 1,
                    "`+++` needs an empty line before it; add one",
                ));
            }
            prose.flush(&lines, i, &mut cells);
            prose = Prose { start: i + 1, metadata: break_metadata(line, i + 1)? };
            free = i + 1;
        }
        refuse_ambiguous(line, i + 1)?;
        i += 1;
    }
    prose.flush(&lines, lines.len(), &mut cells);
    Ok(Source { front, cells })
}

/// The markdown being read: everything since the last cell.
struct Prose {
    start: usize,
    metadata: Map<String, Value>,
}

impl Prose {
    fn flush(&mut self, lines: &[&str], end: usize, cells: &mut Vec<Cell>) {
        let metadata = std::mem::take(&mut self.metadata);
        let blank =
            lines[self.start..end].iter().take_while(|line| line.is_empty()).count();
        let start = self.start + blank;
        let text = lines[start..end].join("\n").trim_end().to_string();
        if !text.is_empty() {
            cells.push(Cell { line: start + 1, text, kind: Kind::Markdown { metadata } });
        }
    }
}

fn front_matter(lines: &[&str]) -> Result<(Vec<Entry>, usize), Problem> {
    if lines.first() != Some(&"---") {
        return Err(Problem::new(
            1,
            "front matter is missing; begin with `---`, `title: ...`, `---`",
        ));
    }
    let Some(length) = lines[1..].iter().position(|line| *line == "---") else {
        return Err(Problem::new(
            1,
            "front matter is not closed; add a line `---` after it",
        ));
    };
    let front = entries(&lines[1..=length], 2)?;
    Ok((front, length + 2))
}

/// The line that closes the fence opened on line `open`.
fn closing_line(lines: &[&str], open: usize, fence: Fence<'_>) -> Result<usize, Problem> {
    let unclosed = |why: String| {
        Problem::new(
            open + 1,
            format!("this fence is not closed {why}; end it with its own marks"),
        )
    };
    for (i, line) in lines.iter().enumerate().skip(open + 1) {
        if fence.closes(line) {
            return Ok(i);
        }
        let inner =
            Fence::open(line).filter(|f| f.mark == fence.mark && f.length >= fence.length);
        if inner.is_some_and(Fence::is_code_cell) {
            return Err(unclosed(format!("before the code cell of line {}", i + 1)));
        }
    }
    Err(unclosed("before the end of the file".into()))
}

fn is_break(line: &str) -> bool {
    let marks = line.trim_start_matches(['+', ' ', '\t']);
    line.starts_with('+') && line[..line.len() - marks.len()].matches('+').count() >= 3
}

fn break_metadata(line: &str, number: usize) -> Result<Map<String, Value>, Problem> {
    let json = line.trim_start_matches(['+', ' ', '\t']).trim();
    if json.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(json).map_err(|e| {
        Problem::new(
            number,
            format!("`+++` is followed by a JSON object or by nothing: {e}"),
        )
    })
}

/// Refuses what other readers of Markdown would read in another way than this one.
fn refuse_ambiguous(line: &str, number: usize) -> Result<(), Problem> {
    let text = line.trim_start();
    let indented = text.len() < line.len();
    if indented && Fence::open(text).is_some_and(Fence::is_code_cell) {
        return Err(Problem::new(
            number,
            "a code cell begins at the margin; remove the indentation",
        ));
    }
    if indented && is_break(text) {
        return Err(Problem::new(
            number,
            "`+++` stands at the margin; remove the indentation",
        ));
    }
    let swallows = [
        ("<!--", "-->"),
        ("<pre", "</pre>"),
        ("<script", "</script>"),
        ("<style", "</style>"),
        ("<textarea", "</textarea>"),
    ];
    for (open, close) in swallows {
        if text.starts_with(open) && !text.contains(close) {
            let text = format!(
                "`{open}` must end on its own line: it would hide the cells after it"
            );
            return Err(Problem::new(number, text));
        }
    }
    Ok(())
}

/// Reads the inside of a code fence; `first` is the number of its first line.
fn code_cell(lines: &[&str], first: usize) -> Result<Cell, Problem> {
    let (options, mut used) = options(lines, first)?;
    if lines.get(used).is_some_and(|line| line.trim().is_empty()) {
        used += 1;
    }
    let text = lines[used..].join("\n");
    Ok(Cell { line: first + used, text, kind: Kind::Code { options } })
}

/// The options at the start of a code cell, and how many lines they take.
fn options(lines: &[&str], first: usize) -> Result<(Vec<Entry>, usize), Problem> {
    if lines.first() == Some(&"---") {
        let Some(length) = lines[1..].iter().position(|line| *line == "---") else {
            return Err(Problem::new(
                first,
                "the options of this cell are not closed; add `---`",
            ));
        };
        return Ok((entries(&lines[1..=length], first + 1)?, length + 2));
    }
    let used = lines.iter().take_while(|line| line.trim_start().starts_with(':')).count();
    let mut yaml = Vec::new();
    for (i, line) in lines[..used].iter().enumerate() {
        let option = &line.trim_start()[1..];
        let key = option
            .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c));
        if !key.starts_with(':') {
            let text = "a first line with `:` is read as a cell option; leave an empty line before it";
            return Err(Problem::new(first + i, text));
        }
        yaml.push(option);
    }
    Ok((entries(&yaml, first)?, used))
}

/// Reads a YAML mapping; `first` is the number of its first line.
fn entries(lines: &[&str], first: usize) -> Result<Vec<Entry>, Problem> {
    let yaml = lines.join("\n");
    let documents = MarkedYaml::load_from_str(&yaml).map_err(|e| {
        let line = (first + e.marker().line()).saturating_sub(1);
        let text =
            format!("this is not YAML: {}; quote a text that holds `: ` or `#`", e.info());
        Problem::new(line, text)
    })?;
    let Some(root) = documents.first() else { return Ok(Vec::new()) };
    let YamlData::Mapping(mapping) = &root.data else {
        return Err(Problem::new(first, "lines of the form `key: value` belong here"));
    };
    mapping
        .iter()
        .map(|(key, value)| {
            let line = first + key.span.start.line() - 1;
            let key =
                key.data.as_str().ok_or_else(|| Problem::new(line, "a key is a word"))?;
            let value = json(value).ok_or_else(|| {
                Problem::new(line, format!("`{key}` has a value that is not plain"))
            })?;
            Ok(Entry { key: key.to_string(), line, value })
        })
        .collect()
}

/// YAML as JSON, where that is possible.
fn json(node: &MarkedYaml<'_>) -> Option<Value> {
    Some(match &node.data {
        YamlData::Value(Scalar::Null) => Value::Null,
        YamlData::Value(Scalar::Boolean(b)) => Value::from(*b),
        YamlData::Value(Scalar::Integer(i)) => Value::from(*i),
        YamlData::Value(Scalar::FloatingPoint(x)) => Value::from(x.into_inner()),
        YamlData::Value(Scalar::String(s)) => Value::from(s.as_ref()),
        YamlData::Sequence(items) => {
            Value::Array(items.iter().map(json).collect::<Option<_>>()?)
        }
        YamlData::Mapping(entries) => {
            let entry = |(k, v): (&MarkedYaml<'_>, _)| {
                Some((k.data.as_str()?.to_string(), json(v)?))
            };
            Value::Object(entries.iter().map(entry).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
