//! What a teacher reads: a table for a spreadsheet, and a page for each student.

use std::fmt::Write as _;

use super::{Grade, Outcome};

/// `1 notebook`, `2 notebooks`.
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// All grades, one in a line, under a line of headings.
pub fn csv(grades: &[Grade]) -> String {
    let mut text = "student,module,solved,exercises,verdicts,remarks\n".to_owned();
    for grade in grades {
        let verdict = |Outcome { id, verdict, .. }: &Outcome| {
            format!("{id} {}", if verdict.is_empty() { "-" } else { verdict })
        };
        let verdicts: Vec<String> = grade.outcomes.iter().map(verdict).collect();
        let fields = [
            grade.student.clone(),
            grade.module.clone(),
            grade.solved().to_string(),
            grade.outcomes.len().to_string(),
            verdicts.join("; "),
            remarks(grade).join("; "),
        ];
        let _ = writeln!(text, "{}", fields.map(|field| quoted(&field)).join(","));
    }
    text
}

/// The remarks, and why there is no verdict where there is none.
fn remarks(grade: &Grade) -> Vec<String> {
    let errors = grade.outcomes.iter().filter(|outcome| outcome.verdict == "ERROR");
    let errors = errors.map(|Outcome { id, sentence, .. }| format!("{id}: {sentence}"));
    grade.remarks.iter().cloned().chain(errors).collect()
}

/// A field as RFC 4180 has it. A spreadsheet takes what begins with = + - @ for a formula, so these get an apostrophe.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@']);
    let field = format!("{}{field}", if formula { "'" } else { "" }).replace('\n', " ");
    match field.contains([',', '"', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field,
    }
}

/// A student's page.
pub fn html(student: &str, grades: &[&Grade]) -> String {
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{0}</title>\n\
         <style>body{{font-family:system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}}\
         td,th{{text-align:left;vertical-align:top;padding:.3em 1em .3em 0}}</style>\n<h1>{0}</h1>\n",
        escape(student)
    );
    for grade in grades {
        let (solved, all) = (grade.solved(), grade.outcomes.len());
        let _ =
            writeln!(text, "<h2>{}: {solved} of {all} solved</h2>", escape(&grade.module));
        for remark in &grade.remarks {
            let _ = writeln!(text, "<p>{}</p>", escape(remark));
        }
        text += "<table><tr><th>exercise<th>verdict<th>\n";
        for Outcome { id, verdict, sentence } in &grade.outcomes {
            let _ = writeln!(text, "<tr><td>{id}<td>{verdict}<td>{}", escape(sentence));
        }
        text += "</table>\n";
    }
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grade(verdict: &str, sentence: &str) -> Grade {
        let (id, verdict, sentence) =
            ("1.1".to_owned(), verdict.to_owned(), sentence.to_owned());
        Grade {
            student: "=ada, \"x\"".to_owned(),
            module: "01_one".to_owned(),
            outcomes: vec![Outcome { id, verdict, sentence }],
            remarks: vec!["a <remark>".to_owned()],
        }
    }

    #[test]
    fn a_line_says_why_there_is_no_verdict_and_is_no_formula() {
        let lines = csv(&[grade("PASS", "Correct."), grade("ERROR", "does not compile")]);
        let lines: Vec<&str> = lines.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "\"'=ada, \"\"x\"\"\",01_one,1,1,1.1 PASS,a <remark>",
                "\"'=ada, \"\"x\"\"\",01_one,0,1,1.1 ERROR,a <remark>; 1.1: does not compile",
            ]
        );
    }

    #[test]
    fn a_page_shows_what_a_student_wrote_as_text() {
        let page = html("ada", &[&grade("FAIL", "a < b")]);
        assert!(page.contains("0 of 1 solved") && page.contains("a &lt; b"), "{page}");
        assert!(page.contains("a &lt;remark&gt;") && !page.contains("<remark>"));
    }
}
