//! States, outcomes and actions in words.

use std::fmt;

use super::check::find;
use super::joint::{code, decode};
use super::{GenerativeModel, Modality};
use crate::error::Result;
use crate::interaction::{Action, State};

impl GenerativeModel {
    /// The names of the actions: where there are several controls, their settings, joined.
    pub fn action_names(&self) -> Vec<String> {
        (0..self.n_actions()).map(|action| self.action_name(action)).collect()
    }

    fn action_name(&self, action: Action) -> String {
        let settings = self.settings(action);
        let names = settings.iter().zip(&self.controls).map(|(&l, c)| c.levels[l].as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// The names of the controls, in order.
    pub fn control_names(&self) -> Vec<&str> {
        self.controls.iter().map(|control| control.name.as_str()).collect()
    }

    /// The action that sets every control: one setting for each.
    ///
    /// # Errors
    /// - [`Error::Shape`](crate::Error::Shape): not one setting for each control.
    /// - [`Error::UnknownName`](crate::Error::UnknownName): a control has no such setting.
    pub fn action(&self, settings: &[&str]) -> Result<Action> {
        let (got, expected) = (settings.len(), self.controls.len());
        let cure = "one setting for each control";
        super::check_shape("the list of settings", &[got], &[expected], cure)?;
        let pairs = settings.iter().zip(&self.controls);
        let levels: Vec<usize> = pairs
            .map(|(setting, control)| find("the setting", setting, &control.levels))
            .collect::<Result<_>>()?;
        Ok(code(&levels, &self.control_sizes()) as Action)
    }

    /// The name of a joint state: its levels, joined.
    ///
    /// # Panics
    /// When the state is out of range.
    #[track_caller]
    pub fn state_name(&self, state: State) -> String {
        let n = self.n_states();
        assert!(state < n, "state {state}: there are {n} states");
        let levels = decode(state as u64, &self.factor_sizes());
        let names =
            levels.iter().zip(&self.factors).map(|(&level, f)| f.levels[level].as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// The names of all joint states.
    pub fn state_names(&self) -> Vec<String> {
        (0..self.n_states()).map(|s| self.state_name(s)).collect()
    }

    /// The names of a modality's outcomes.
    ///
    /// # Panics
    /// When the modality is out of range.
    #[track_caller]
    pub fn outcome_names(&self, modality: usize) -> Vec<&str> {
        self.modalities[modality].outcomes.iter().map(String::as_str).collect()
    }

    /// The number of a factor.
    pub(super) fn factor_number(&self, name: &str) -> Result<usize> {
        let known: Vec<String> = self.factors.iter().map(|f| f.name.clone()).collect();
        find("the factor", name, &known)
    }

    /// The number of a control.
    pub(super) fn control_number(&self, name: &str) -> Result<usize> {
        let known: Vec<String> = self.controls.iter().map(|c| c.name.clone()).collect();
        find("the control", name, &known)
    }

    /// An observation in words.
    pub(crate) fn observation_name(&self, obs: &[usize]) -> String {
        let name = |(m, &o): (&Modality, &usize)| match m.outcomes.get(o) {
            Some(outcome) => format!("{} = {outcome:?}", m.name),
            None => format!("{} = {o} (there are {})", m.name, m.outcomes.len()),
        };
        self.modalities.iter().zip(obs).map(name).collect::<Vec<_>>().join(", ")
    }

    /// The name of a modality.
    pub(crate) fn modality_name(&self, modality: usize) -> &str {
        &self.modalities[modality].name
    }
}

/// What a notebook shows for a model: its names and sizes.
impl fmt::Debug for GenerativeModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "GenerativeModel: {} states, {} actions",
            self.n_states(),
            self.n_actions()
        )?;
        for factor in &self.factors {
            writeln!(f, "  factor {:?}: {}", factor.name, factor.levels.join(" | "))?;
        }
        for m in &self.modalities {
            writeln!(f, "  modality {:?}: {}", m.name, m.outcomes.join(" | "))?;
        }
        match &self.controls[..] {
            [one] => write!(f, "  actions: {}", one.levels.join(" | ")),
            several => {
                let lines = several.iter().map(|control| {
                    format!("  control {:?}: {}", control.name, control.levels.join(" | "))
                });
                write!(f, "{}", lines.collect::<Vec<_>>().join("\n"))
            }
        }
    }
}
