//! Cells as one program: what the kernel does to each of them, done to the text of all.

use std::fmt::Write as _;
use std::ops::Range;

use anyhow::{Context, Result};
use syn::parse::Parser as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprCall, Stmt};

use super::Cell;

/// The program of these cells. They share one block, as they share a kernel's variables; what a cell with a verdict ends
/// in is shown.
///
/// # Errors
///
/// If a cell is not Rust.
pub fn lift(cells: &[Cell]) -> Result<String> {
    let mut program = String::from(
        "#![allow(warnings)]\n\
         fn main() -> Result<(), Box<dyn std::error::Error>> {\n",
    );
    for cell in cells {
        // What must go wrong in a kernel has no place in a program.
        if cell.tags.iter().any(|tag| tag == "expect-error") {
            continue;
        }
        let code = lift_cell(cell).with_context(|| format!("cell {}", cell.id))?;
        writeln!(program, "cells::cell({:?});\n{code}", cell.id)?;
    }
    program += "Ok(())\n}\n";
    Ok(program)
}

/// The code of one cell, as statements.
fn lift_cell(cell: &Cell) -> Result<String> {
    // Orders to the kernel, such as `:dep`.
    let rust = |line: &&str| !line.starts_with(':');
    let source = cell.source.lines().filter(rust).collect::<Vec<_>>().join("\n");
    let statements = Block::parse_within.parse_str(&source)?;
    let mut edits = Vec::new();
    if let Some(Stmt::Expr(last, None)) = statements.last() {
        let (before, after) = match cell.gives_verdict() {
            true => ("(", ").evcxr_display();"),
            false => ("let _ = &(", ");"),
        };
        edits.push((last.span().byte_range(), before.to_owned(), after.to_owned()));
    }
    let mut claims = Claims { source: &source, edits };
    statements.iter().for_each(|statement| claims.visit_stmt(statement));
    Ok(edited(&source, claims.edits))
}

/// Text to put before and after a piece of the source.
type Edit = (Range<usize>, String, String);

/// Finds the conditions of claims.
struct Claims<'a> {
    source: &'a str,
    edits: Vec<Edit>,
}

impl<'ast> Visit<'ast> for Claims<'_> {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if is_claim(call)
            && let Some(condition) = call.args.get(1)
        {
            self.tell(condition);
        }
        visit::visit_expr_call(self, call);
    }
}

impl Claims<'_> {
    /// Makes each part of a condition tell if it does not hold.
    fn tell(&mut self, part: &Expr) {
        match part {
            Expr::Paren(inner) => return self.tell(&inner.expr),
            Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
                self.tell(&both.left);
                return self.tell(&both.right);
            }
            _ => {}
        }
        let range = part.span().byte_range();
        let text =
            self.source[range.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        match part {
            Expr::Binary(two) if is_comparison(&two.op) => {
                let (left, right) =
                    (two.left.span().byte_range(), two.right.span().byte_range());
                self.edits.push((
                    range,
                    format!("cells::compared!({text:?}, "),
                    ")".into(),
                ));
                self.edits.push((left.end..right.start, ", ".into(), ", ".into()));
            }
            _ => {
                let place = of_what(part)
                    .map_or("", |place| &self.source[place.span().byte_range()]);
                self.edits.push((
                    range,
                    format!("cells::part!({text:?}, ({place}), "),
                    ")".into(),
                ));
            }
        }
    }
}

/// The list that `list.iter().all(..)` or `list.contains(..)` asks about, if it has a name and is left as it is.
fn of_what(part: &Expr) -> Option<&Expr> {
    let Expr::MethodCall(call) = part else { return None };
    let reads = ["iter", "contains", "windows"].iter().any(|name| call.method == name);
    match &*call.receiver {
        place @ (Expr::Path(_) | Expr::Index(_) | Expr::Field(_)) => reads.then_some(place),
        inner => of_what(inner),
    }
}

/// Whether this is `claim(sentence, condition)`.
pub fn is_claim(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path) if path.path.is_ident("claim"))
}

fn is_comparison(op: &BinOp) -> bool {
    use BinOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq(_) | Ge(_) | Gt(_) | Le(_) | Lt(_) | Ne(_))
}

/// The source with all edits, which may stand in each other.
fn edited(source: &str, edits: Vec<Edit>) -> String {
    // At one place, what ends comes before what begins, and of what begins the longest first.
    let mut inserts: Vec<(usize, bool, usize, String)> = Vec::new();
    for (range, before, after) in edits {
        let length = range.len();
        inserts.push((range.start, true, usize::MAX - length, before));
        inserts.push((range.end, false, length, after));
    }
    inserts.sort();
    let (mut text, mut done) = (String::new(), 0);
    for (at, _, _, insert) in inserts {
        text += &source[done..at];
        text += &insert;
        done = at;
    }
    text + &source[done..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lifted(tags: &[&str], source: &str) -> String {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        lift_cell(&Cell { id: "c".into(), tags, source: source.into() }).unwrap()
    }

    #[test]
    fn what_a_cell_ends_in_is_shown_if_it_is_a_verdict_and_else_only_computed() {
        assert_eq!(lifted(&[], "let x = 1;\nx"), "let x = 1;\nlet _ = &(x);");
        assert_eq!(lifted(&[], "let x = 1;"), "let x = 1;");
        assert_eq!(
            lifted(&["quiz"], "quiz(\"1.q1\", \"b\")"),
            "(quiz(\"1.q1\", \"b\")).evcxr_display();"
        );
        assert_eq!(lifted(&[], "println!(\"a\")"), "let _ = &(println!(\"a\"));");
        assert_eq!(lifted(&[], ":dep a = \"1\""), "");
    }

    #[test]
    fn each_part_of_a_condition_tells_of_itself() {
        let source = "claim(\"s\", (a + 1 < b && c.iter().all(|x| *x > 0)) && d == e)";
        let expected = "(claim(\"s\", (cells::compared!(\"a + 1 < b\", a + 1,  < , b) && \
                        cells::part!(\"c.iter().all(|x| *x > 0)\", (c), c.iter().all(|x| *x > 0))) && \
                        cells::compared!(\"d == e\", d,  == , e))).evcxr_display();";
        assert_eq!(lifted(&["claim"], source), expected);
    }

    #[test]
    fn a_cell_in_one_block_may_hold_its_claim_inside() {
        let source = "{\n    let x = 1;\n    claim(\"τ\", x >= 1)\n}";
        let expected = "({\n    let x = 1;\n    claim(\"τ\", cells::compared!(\"x >= 1\", x,  >= , 1))\n}).evcxr_display();";
        assert_eq!(lifted(&["claim"], source), expected);
    }
}
