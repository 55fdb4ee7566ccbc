//! What the runs came to: which claims failed, and whether the rate is kept.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::Runs;
use crate::judge::{Kind, expected};
use crate::modules::Edition;
use crate::native::Run;

/// What failed, and how much was tried.
#[derive(Debug, Default)]
pub struct Table {
    claim_runs: usize,
    /// Module, cell and sentence; then the shifts under which it failed, and why.
    failed: BTreeMap<(String, String, String), Vec<(u64, String)>>,
    faults: Vec<String>,
}

impl Table {
    /// From runs of modules (by their stems) under shifts.
    pub fn new(runs: impl Iterator<Item = (String, u64, Run)>) -> Self {
        let mut table = Self::default();
        for (stem, shift, run) in runs {
            table
                .faults
                .extend(run.fault.map(|fault| format!("{stem}, shift {shift}: {fault}")));
            for judged in run.judged {
                let verdict = judged.verdict;
                table.claim_runs += usize::from(verdict.kind == Kind::Claim);
                if verdict.verdict != expected(Edition::Solutions, verdict.kind) {
                    let key = (stem.clone(), judged.cell, verdict.sentence);
                    table
                        .failed
                        .entry(key)
                        .or_default()
                        .push((shift, judged.why.join("; ")));
                }
            }
        }
        table
    }

    fn failures(&self) -> usize {
        self.failed.values().map(Vec::len).sum()
    }

    /// Whether few enough claims failed, none twice, and no module ended too early.
    pub fn is_kept(&self) -> bool {
        let allowed = (self.claim_runs / 500).max(1);
        let twice = self.failed.values().any(|failures| failures.len() > 1);
        self.faults.is_empty()
            && !twice
            && self.failures() <= allowed
            && self.claim_runs > 0
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        for ((stem, cell, sentence), failures) in &self.failed {
            writeln!(text, "\n{stem} {cell}\n  {sentence}")?;
            for (shift, why) in failures {
                writeln!(text, "  shift {shift}: {why}")?;
            }
        }
        for fault in &self.faults {
            writeln!(text, "\n{fault}")?;
        }
        let (all, failed) = (self.claim_runs, self.failures());
        let state = if self.is_kept() { "kept" } else { "NOT kept" };
        f.write_str(&text)?;
        writeln!(f, "\n{all} claim-runs, {failed} failed: the rate is {state}")
    }
}

/// Where the programs and a kernel (by its report) do not say the same of the same claims and exercises.
pub fn differences(runs: &Runs, report: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (stem, _, run) in runs.iter().filter(|(_, shift, _)| *shift == 0) {
        let records = report.as_array().into_iter().flatten();
        let mut records =
            records.filter(|r| r["notebook"] == **stem && r["copy"] == "solutions");
        let Some(record) = records.next() else {
            found.push(format!("{stem}: the report does not have it"));
            continue;
        };
        let pairs = |part: &str, name: &str| -> Vec<(String, String)> {
            let entries = record[part].as_array().into_iter().flatten();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            entries.map(|entry| (text(&entry[name]), text(&entry["verdict"]))).collect()
        };
        let own = |kind: Kind| -> Vec<(String, String)> {
            let verdicts = run.judged.iter().map(|judged| &judged.verdict);
            let what = |v: &crate::judge::Verdict| match kind {
                Kind::Claim => v.sentence.clone(),
                _ => v.id.clone(),
            };
            verdicts
                .filter(|v| v.kind == kind)
                .map(|v| (what(v), v.verdict.clone()))
                .collect()
        };
        let parts = [
            (pairs("claims", "sentence"), Kind::Claim),
            (pairs("checks", "id"), Kind::Check),
        ];
        for (kernel, kind) in parts {
            let native = own(kind);
            if native.len() != kernel.len() {
                let (n, k) = (native.len(), kernel.len());
                found.push(format!(
                    "{stem}: {n} {}s as a program, {k} in the kernel",
                    kind.tag()
                ));
            }
            for (n, k) in native.iter().zip(&kernel).filter(|(n, k)| n != k) {
                found.push(format!("{stem}: {n:?} as a program, {k:?} in the kernel"));
            }
        }
        found.extend(run.fault.iter().map(|fault| format!("{stem}: {fault}")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Verdict;
    use crate::native::Judged;
    use serde_json::json;

    fn run_of(verdicts: &[(&str, &str)]) -> Run {
        let judged = |(sentence, verdict): &(&str, &str)| Judged {
            cell: "05-a-1".into(),
            verdict: Verdict {
                kind: Kind::Claim,
                id: String::new(),
                verdict: (*verdict).into(),
                code: String::new(),
                sentence: (*sentence).into(),
            },
            why: vec!["x < 1: 2.0 and 1.0".into()],
        };
        Run { judged: verdicts.iter().map(judged).collect(), fault: None }
    }

    fn table(runs: &[&[(&str, &str)]]) -> Table {
        let runs = runs.iter().enumerate();
        Table::new(runs.map(|(k, run)| ("05_m".to_owned(), k as u64 + 1, run_of(run))))
    }

    #[test]
    fn one_failure_is_borne_a_second_of_the_same_claim_is_not() {
        let (good, bad) = ([("s", "PASS"), ("t", "PASS")], [("s", "FAIL"), ("t", "PASS")]);
        let other = [("s", "PASS"), ("t", "FAIL")];
        assert!(table(&[&good, &good]).is_kept());
        assert!(table(&[&good, &bad]).is_kept());
        assert!(!table(&[&bad, &good, &bad]).is_kept());
        assert!(!table(&[&bad, &other]).is_kept(), "2 of 4");
        assert!(!table(&[]).is_kept(), "nothing was tried");
        let many = vec![("u", "PASS"); 1000];
        assert!(table(&[&bad, &other, &many]).is_kept(), "2 of 1004");
        let mut ended = table(&[&good]);
        ended.faults.push("05-b-1: no memory".into());
        assert!(!ended.is_kept());
    }

    #[test]
    fn the_table_names_claim_shift_and_figure() {
        let text = table(&[&[("It is so.", "FAIL")]]).to_string();
        for part in [
            "05_m 05-a-1",
            "It is so.",
            "shift 1: x < 1: 2.0 and 1.0",
            "1 claim-runs, 1 failed",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn a_program_must_say_what_the_kernel_says() {
        let runs = |verdict| vec![("05_m".to_owned(), 0, run_of(&[("s", verdict)]))];
        let report = |verdict: &str| {
            json!([{ "notebook": "05_m", "copy": "solutions", "checks": [],
                     "claims": [{ "sentence": "s", "verdict": verdict }] }])
        };
        assert!(differences(&runs("PASS"), &report("PASS")).is_empty());
        assert_eq!(differences(&runs("FAIL"), &report("PASS")).len(), 1);
        assert_eq!(differences(&runs("PASS"), &json!([])).len(), 1);
        let mut more = runs("PASS");
        more[0].2.judged.extend(run_of(&[("t", "PASS")]).judged);
        assert_eq!(differences(&more, &report("PASS")).len(), 1);
    }
}
