//! What the parts of a model must be, and the errors that say which part is not.

use std::collections::HashSet;

use ndarray::Axis;

use super::joint::{code, decode};
use super::{Control, Factor, Modality};
use crate::error::{Error, Result};
use crate::prob::categorical::check_probabilities;

pub(super) fn not_empty(len: usize, what: impl Fn() -> String) -> Result<()> {
    if len == 0 { Err(Error::Empty { what: what() }) } else { Ok(()) }
}

pub(super) fn no_twins(what: &'static str, names: &[String]) -> Result<()> {
    let mut seen = HashSet::new();
    match names.iter().find(|name| !seen.insert(name.as_str())) {
        Some(twin) => Err(Error::DuplicateName { what, name: twin.clone() }),
        None => Ok(()),
    }
}

pub(super) fn find_all(
    what: &'static str,
    names: &[String],
    known: &[String],
) -> Result<Vec<usize>> {
    names.iter().map(|name| find(what, name, known)).collect()
}

/// The number of a name.
pub(super) fn find(what: &'static str, name: &str, known: &[String]) -> Result<usize> {
    known.iter().position(|k| k == name).ok_or_else(|| Error::UnknownName {
        what,
        name: name.to_string(),
        known: known.iter().map(|k| format!("{k:?}")).collect::<Vec<_>>().join(", "),
    })
}

pub(super) fn check_habits(habits: &[f64], n_actions: usize) -> Result<()> {
    check_shape("E", &[habits.len()], &[n_actions], "one habit for each action")?;
    check_probabilities(habits, &|| "E".into())
}

pub(super) fn check_shape(
    what: &str,
    got: &[usize],
    expected: &[usize],
    cure: &'static str,
) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    let (expected, got) = (format!("{expected:?}"), format!("{got:?}"));
    Err(Error::Shape { what: what.to_string(), expected, got, cure })
}

impl Factor {
    pub(super) fn check(
        &self,
        factors: &[Self],
        sizes: &[usize],
        controls: &[Control],
    ) -> Result<()> {
        let n = self.levels.len();
        not_empty(n, || format!("the list of levels of the factor {:?}", self.name))?;
        let d = format!("D[{:?}]", self.name);
        check_shape(&d, &[self.prior.len()], &[n], "one probability for each level")?;
        check_probabilities(&self.prior, &|| d.clone())?;

        let b = format!("B[{:?}]", self.name);
        let from: Vec<usize> = self.depends_on.iter().map(|&f| sizes[f]).collect();
        let by: Vec<usize> =
            self.controls.iter().map(|&c| controls[c].levels.len()).collect();
        let shape = [vec![n], from.clone(), by.clone()].concat();
        let cure = "its axes are next level, then one for each factor and each control that it depends on";
        check_shape(&b, self.transition.shape(), &shape, cure)?;
        let columns = [from.clone(), by].concat();
        for (i, column) in self.transition.lanes(Axis(0)).into_iter().enumerate() {
            check_probabilities(&column.to_vec(), &|| {
                let at = decode(i as u64, &columns);
                let (levels, settings) = at.split_at(from.len());
                let here = levels.iter().zip(&self.depends_on);
                let here: Vec<&str> =
                    here.map(|(&l, &f)| factors[f].levels[l].as_str()).collect();
                let action = settings.iter().zip(&self.controls);
                let action: Vec<&str> =
                    action.map(|(&l, &c)| controls[c].levels[l].as_str()).collect();
                let action =
                    if action.is_empty() { "any action".into() } else { action.join(", ") };
                let s = code(levels, &from);
                format!("{b}: column {s} (from {:?} by {action:?})", here.join(", "))
            })?;
        }
        Ok(())
    }
}

impl Modality {
    pub(super) fn check(&self, factors: &[Factor]) -> Result<()> {
        let n = self.outcomes.len();
        not_empty(n, || format!("the list of outcomes of the modality {:?}", self.name))?;
        let a = format!("A[{:?}]", self.name);
        let mut shape = vec![n];
        shape.extend(self.depends_on.iter().map(|&f| factors[f].levels.len()));
        let cure = "its axes are outcome, then one for each factor that it depends on";
        check_shape(&a, self.likelihood.shape(), &shape, cure)?;
        for (i, column) in self.likelihood.lanes(Axis(0)).into_iter().enumerate() {
            check_probabilities(&column.to_vec(), &|| {
                let levels = decode(i as u64, &shape[1..]);
                let names = levels
                    .iter()
                    .zip(&self.depends_on)
                    .map(|(&l, &f)| &factors[f].levels[l]);
                format!(
                    "{a}: column {levels:?} ({})",
                    names.cloned().collect::<Vec<_>>().join(", ")
                )
            })?;
        }
        self.preference.iter().try_for_each(|c| self.check_preference(c))
    }

    pub(super) fn check_preference(&self, preference: &[f64]) -> Result<()> {
        let c = format!("C[{:?}]", self.name);
        let cure = "one log-preference for each outcome";
        check_shape(&c, &[preference.len()], &[self.outcomes.len()], cure)?;
        let bad = |c: &f64| c.is_nan() || *c == f64::INFINITY;
        if let Some(index) = preference.iter().position(bad) {
            let cure =
                "a log-preference is a number, or −∞ for an outcome that must never be";
            return Err(Error::BadEntry { what: c, index, value: preference[index], cure });
        }
        if preference.iter().all(|c| *c == f64::NEG_INFINITY) {
            let cure =
                "at least one outcome must be possible: give it a finite log-preference";
            let (index, value) = (0, f64::NEG_INFINITY);
            return Err(Error::BadEntry { what: c, index, value, cure });
        }
        Ok(())
    }
}
