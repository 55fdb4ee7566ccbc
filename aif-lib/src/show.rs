//! How a value shows itself in a notebook: evcxr reads its forms from what is printed.

use std::fmt;

/// Several forms of one output, such as HTML and plain text; the front end picks the best that it can show.
pub(crate) fn bundle(forms: &[(&str, &str)]) -> String {
    let form = |(mime, content): &(&str, &str)| {
        format!("EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT")
    };
    forms.iter().map(form).collect::<Vec<_>>().join("\n")
}

/// The debug form: `outside` of a notebook; inside one, the bundle.
///
/// When the last line of a cell moves a variable that the cell has made, evcxr's call of `evcxr_display` does not
/// compile, and it prints the debug form instead. A reader should see the picture all the same.
pub(crate) fn debug(
    f: &mut fmt::Formatter,
    outside: &str,
    text: &str,
    bundle: &dyn Fn() -> String,
) -> fmt::Result {
    if std::env::var_os("EVCXR_IS_RUNTIME").is_none() {
        return f.write_str(outside);
    }
    // evcxr has begun a plain text before this, and ends one after it.
    let (begin, end) = ("EVCXR_BEGIN_CONTENT text/plain", "EVCXR_END_CONTENT");
    write!(f, "{text}\n{end}\n{}\n{begin}\n{text}", bundle())
}

/// Shows any value that has a debug form as plain text.
///
/// evcxr first compiles the last line of a cell with a call of `evcxr_display`, and only when that fails once more with
/// the debug form. With this trait in scope the first attempt succeeds: a cell that ends in a number or a list is
/// compiled once. What has an `evcxr_display` of its own, as a figure has, keeps it.
pub trait Show {
    /// Prints the value's debug form as evcxr reads it.
    fn evcxr_display(&self);
}

impl<T: fmt::Debug + ?Sized> Show for T {
    fn evcxr_display(&self) {
        println!("{}", bundle(&[("text/plain", &format!("{self:?}"))]));
    }
}

/// Text made safe for markup.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            // XML has no way to write these.
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_label_stays_text() {
        assert_eq!(escape("a < b & \"c\" > d\n"), "a &lt; b &amp; &quot;c&quot; &gt; d ");
    }
}
