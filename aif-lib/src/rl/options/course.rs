//! [`Course`]: an option; [`Choices`]: what can be chosen where.

use crate::error::{Error, Result};
use crate::interaction::{Action, State};
use crate::rl::model::Mdp;

/// An option: a course of action that goes on until it stops. (Called so since `Option` is another thing in Rust.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Its name.
    pub name: String,
    /// Where it may begin.
    pub begins: Vec<bool>,
    /// What it does in each state that it can be in; none where it cannot be.
    pub does: Vec<Option<Action>>,
    /// Where it stops on arrival.
    pub stops: Vec<bool>,
}

impl Course {
    /// A primitive action as an option: it begins anywhere and stops after one step.
    pub fn primitive(name: &str, action: Action, states: usize) -> Self {
        Self {
            name: name.into(),
            begins: vec![true; states],
            does: vec![Some(action); states],
            stops: vec![true; states],
        }
    }
}

/// What can be chosen in each state of a task.
///
/// ```
/// use aif_lib::rl::options::{Choices, Course};
/// let both = vec![Course::primitive("on", 0, 3), Course::primitive("back", 1, 3)];
/// let choices = Choices::new(both, 3)?;
/// assert_eq!(choices.at(1), [0, 1]);
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    courses: Vec<Course>,
    at: Vec<Vec<usize>>,
}

impl Choices {
    /// The choices that some options offer.
    ///
    /// # Errors
    /// - [`Error::Shape`]: an option does not speak of so many states.
    /// - [`Error::BadEntry`]: an option begins in a state in which it does nothing.
    /// - [`Error::Empty`]: there is a state in which no option begins.
    pub fn new(courses: Vec<Course>, states: usize) -> Result<Self> {
        for course in &courses {
            let lengths = [course.begins.len(), course.does.len(), course.stops.len()];
            if lengths != [states; 3] {
                return Err(Error::Shape {
                    what: format!("the option {:?}", course.name),
                    expected: format!("{:?}", [states; 3]),
                    got: format!("{lengths:?}"),
                    cure: "say for each state whether it begins, what it does, whether it stops",
                });
            }
            let idle = |&s: &State| course.begins[s] && course.does[s].is_none();
            if let Some(index) = (0..states).find(idle) {
                let what =
                    format!("the option {:?} begins where it does nothing", course.name);
                let cure = "give it an action there, or let it not begin";
                return Err(Error::BadEntry { what, index, value: index as f64, cure });
            }
        }
        let here =
            |s: State| (0..courses.len()).filter(|&o| courses[o].begins[s]).collect();
        let at: Vec<Vec<usize>> = (0..states).map(here).collect();
        if let Some(s) = at.iter().position(Vec::is_empty) {
            return Err(Error::Empty { what: format!("what can be chosen in state {s}") });
        }
        Ok(Self { courses, at })
    }

    /// The four (or more) actions of a task, as options.
    pub fn primitives(mdp: &Mdp) -> Self {
        let (n, actions) = (mdp.n_states(), 0..mdp.n_actions());
        let one = |a: Action| Course::primitive(&mdp.action_name(a), a, n);
        let courses: Vec<Course> = actions.map(one).collect();
        let all = (0..courses.len()).collect::<Vec<usize>>();
        Self { at: vec![all; n], courses }
    }

    /// All options, numbered.
    pub fn courses(&self) -> &[Course] {
        &self.courses
    }

    /// The numbers of the options that can begin in a state.
    ///
    /// # Panics
    /// When there is no such state.
    pub fn at(&self, s: State) -> &[usize] {
        &self.at[s]
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.at.len()
    }
}
