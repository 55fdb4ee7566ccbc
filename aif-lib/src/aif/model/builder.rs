//! [`ModelBuilder`]: the parts of a model by name.

use ndarray::{Array2, Array3, ArrayD};

use super::check::{check_habits, check_shape, find_all, no_twins, not_empty};
use super::joint::compile;
use super::{Control, Factor, GenerativeModel, Modality};
use crate::error::Result;

/// Collects the parts of a [`GenerativeModel`]; [`build`](ModelBuilder::build) checks them.
#[derive(Debug, Clone, Default)]
pub struct ModelBuilder {
    controls: Vec<Control>,
    habits: Option<Vec<f64>>,
    factors: Vec<(Factor, Links)>,
    modalities: Vec<(Modality, Vec<String>)>,
}

/// What the next level of a factor depends on, before names are looked up.
#[derive(Debug, Clone)]
enum Links {
    /// Its own level, and the action or nothing.
    Own,
    /// These factors and controls.
    Named { factors: Vec<String>, controls: Vec<String> },
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

impl ModelBuilder {
    /// Names the actions, in order: one [`control`](Self::control) called "action".
    pub fn actions(mut self, names: &[&str]) -> Self {
        self.controls = vec![Control { name: "action".into(), levels: owned(names) }];
        self
    }

    /// Adds a control factor: something that is set at each step, whatever the other controls are set to.
    ///
    /// An action is one combination of settings; the last control varies fastest.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// // A lamp with a switch, and a shutter: the shutter alone decides whether light gets out.
    /// let switch = array![[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]].into_dyn(); // (next, lamp, switch)
    /// let shutter = array![[1.0, 0.0], [0.0, 1.0]].into_dyn(); // (next, shutter)
    /// let model = GenerativeModel::builder()
    ///     .control("switch", &["off", "on"])
    ///     .control("shutter", &["close", "open"])
    ///     .linked_factor("lamp", &["dark", "lit"], &[1.0, 0.0], &["lamp"], &["switch"], switch)
    ///     .linked_factor("slit", &["closed", "open"], &[1.0, 0.0], &[], &["shutter"], shutter)
    ///     .modality("eye", &["dark", "lit"], &["lamp"], Array2::eye(2).into_dyn(), &[0.0, 1.0])
    ///     .build()?;
    /// assert_eq!(model.action_names(), ["off, close", "off, open", "on, close", "on, open"]);
    /// let (next, _) = model.transition().next(0, 3)[0];
    /// assert_eq!(model.state_name(next), "lit, open");
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    #[doc(alias = "control_fac_idx")]
    #[doc(alias = "num_controls")]
    pub fn control(mut self, name: &str, levels: &[&str]) -> Self {
        self.controls.push(Control { name: name.into(), levels: owned(levels) });
        self
    }

    /// Adds a hidden factor with its prior D, shape (s), and its transition B, shape (s′, s, u).
    ///
    /// A factor that no action changes may give B with a single slice, shape (s′, s, 1).
    pub fn factor(
        mut self,
        name: &str,
        levels: &[&str],
        prior: &[f64],
        transition: Array3<f64>,
    ) -> Self {
        let factor = Factor::new(name, owned(levels), prior, transition.into_dyn());
        self.factors.push((factor, Links::Own));
        self
    }

    /// Adds a hidden factor whose next level depends on any factors, itself or others, and on some of the controls.
    ///
    /// `transition`: B, shape (s′, one axis for each factor of `depends_on`, one for each control of `controls`).
    /// A factor that is not in its own `depends_on` forgets where it was.
    #[doc(alias = "B_dependencies")]
    #[doc(alias = "B_action_dependencies")]
    pub fn linked_factor(
        mut self,
        name: &str,
        levels: &[&str],
        prior: &[f64],
        depends_on: &[&str],
        controls: &[&str],
        transition: ArrayD<f64>,
    ) -> Self {
        let links = Links::Named { factors: owned(depends_on), controls: owned(controls) };
        self.factors.push((Factor::new(name, owned(levels), prior, transition), links));
        self
    }

    /// Adds a modality with the factors that it depends on, its likelihood A, shape (o, one axis for each of those
    /// factors), and its log-preferences C, shape (o).
    #[doc(alias = "A_dependencies")]
    pub fn modality(
        mut self,
        name: &str,
        outcomes: &[&str],
        depends_on: &[&str],
        likelihood: ArrayD<f64>,
        preference: &[f64],
    ) -> Self {
        let modality = Modality {
            name: name.to_string(),
            outcomes: owned(outcomes),
            depends_on: Vec::new(),
            likelihood,
            preference: vec![preference.to_vec()],
        };
        self.modalities.push((modality, owned(depends_on)));
        self
    }

    /// Sets the habit E, a probability for each action; uniform when not called.
    pub fn habits(mut self, habits: &[f64]) -> Self {
        self.habits = Some(habits.to_vec());
        self
    }

    /// Checks everything and builds the model.
    ///
    /// # Errors
    /// - [`Error::Empty`](crate::Error::Empty): no action, factor, level, modality or outcome.
    /// - [`Error::DuplicateName`](crate::Error::DuplicateName): two factors, modalities or controls of one name.
    /// - [`Error::Shape`](crate::Error::Shape): A, B, C, D or E does not fit the names.
    /// - [`Error::NotAProbability`](crate::Error::NotAProbability), [`Error::NotNormalised`](crate::Error::NotNormalised): in a column of A or B, in D or in E.
    /// - [`Error::BadEntry`](crate::Error::BadEntry): a preference is NaN or +∞, or all are −∞.
    /// - [`Error::UnknownName`](crate::Error::UnknownName): something depends on a factor or a control that does not exist.
    /// - [`Error::Budget`](crate::Error::Budget): the joint model would be too large to compute with exactly.
    pub fn build(self) -> Result<GenerativeModel> {
        let controls = self.controls;
        not_empty(controls.len(), || "the list of actions".into())?;
        for control in &controls {
            let name = &control.name;
            not_empty(control.levels.len(), || match name.as_str() {
                "action" => "the list of actions".into(),
                _ => format!("the list of levels of the control {name:?}"),
            })?;
        }
        not_empty(self.factors.len(), || "the list of factors".into())?;
        not_empty(self.modalities.len(), || "the list of modalities".into())?;
        let names = |list: &[(Factor, Links)]| {
            list.iter().map(|(factor, _)| factor.name.clone()).collect::<Vec<_>>()
        };
        let (factor_names, control_names) = (
            names(&self.factors),
            controls.iter().map(|c| c.name.clone()).collect::<Vec<_>>(),
        );
        let senses: Vec<String> =
            self.modalities.iter().map(|(modality, _)| modality.name.clone()).collect();
        no_twins("factors", &factor_names)?;
        no_twins("controls", &control_names)?;
        no_twins("modalities", &senses)?;

        let sizes: Vec<usize> = self.factors.iter().map(|(f, _)| f.levels.len()).collect();
        let mut factors = Vec::new();
        for (own, (mut factor, links)) in self.factors.into_iter().enumerate() {
            match links {
                Links::Own => factor.link_to_itself(own, &controls)?,
                Links::Named { factors, controls } => {
                    factor.depends_on = find_all("the factor", &factors, &factor_names)?;
                    factor.controls = find_all("the control", &controls, &control_names)?;
                }
            }
            factors.push(factor);
        }
        for factor in &factors {
            factor.check(&factors, &sizes, &controls)?;
        }
        let mut modalities = Vec::new();
        for (mut modality, depends_on) in self.modalities {
            modality.depends_on = find_all("the factor", &depends_on, &factor_names)?;
            modality.check(&factors)?;
            modalities.push(modality);
        }
        let n_actions: usize =
            controls.iter().map(|control| control.levels.len()).product();
        let habits = self.habits.unwrap_or_else(|| vec![1.0 / n_actions as f64; n_actions]);
        check_habits(&habits, n_actions)?;
        let joint = compile(&factors, &modalities, &controls)?;
        Ok(GenerativeModel { factors, modalities, controls, habits, joint })
    }
}

impl GenerativeModel {
    /// Starts a model of named factors and modalities.
    ///
    /// ```
    /// # use aif_lib::prelude::*;
    /// use ndarray::array;
    /// let model = GenerativeModel::builder()
    ///     .actions(&["wait"])
    ///     .factor("weather", &["sun", "rain"], &[0.5, 0.5], array![[[0.8], [0.4]], [[0.2], [0.6]]])
    ///     .modality("sky", &["bright", "dark"], &["weather"],
    ///               array![[0.9, 0.3], [0.1, 0.7]].into_dyn(), &[1.0, 0.0])
    ///     .build()?;
    /// assert_eq!(model.state_name(1), "rain");
    /// # Ok::<(), aif_lib::Error>(())
    /// ```
    #[doc(alias = "compile_model")]
    pub fn builder() -> ModelBuilder {
        ModelBuilder::default()
    }

    /// The plain case: one factor, one modality, no names.
    ///
    /// `a`: (o, s). `b`: (s′, s, u). `c`: (o). `d`: (s).
    ///
    /// # Errors
    /// As [`ModelBuilder::build`].
    pub fn new(a: Array2<f64>, b: Array3<f64>, c: &[f64], d: &[f64]) -> Result<Self> {
        let names = |letter: char, n: usize| {
            (0..n).map(|i| format!("{letter}{i}")).collect::<Vec<_>>()
        };
        let modality = Modality {
            name: "outcome".into(),
            outcomes: names('o', a.nrows()),
            depends_on: Vec::new(),
            likelihood: a.clone().into_dyn(),
            preference: vec![c.to_vec()],
        };
        let action = Control { name: "action".into(), levels: names('u', b.dim().2) };
        let factor = Factor::new("state", names('s', a.ncols()), d, b.into_dyn());
        let builder = ModelBuilder {
            controls: vec![action],
            habits: None,
            factors: vec![(factor, Links::Own)],
            modalities: vec![(modality, vec!["state".into()])],
        };
        builder.build()
    }
}

impl Factor {
    fn new(
        name: &str,
        levels: Vec<String>,
        prior: &[f64],
        transition: ArrayD<f64>,
    ) -> Self {
        let (name, prior) = (name.to_string(), prior.to_vec());
        Self {
            name,
            levels,
            prior,
            depends_on: Vec::new(),
            controls: Vec::new(),
            transition,
        }
    }

    /// Reads a plain B, (s′, s, u): one slice for each action, or one for all of them.
    fn link_to_itself(&mut self, own: usize, controls: &[Control]) -> Result<()> {
        let (n, handles) = (self.levels.len(), super::handles(controls));
        not_empty(n, || format!("the list of levels of the factor {:?}", self.name))?;
        let slices: usize = match self.transition.shape()[2] {
            1 => 1,
            _ => handles.iter().product(),
        };
        let (b, cure) =
            (format!("B[{:?}]", self.name), "its axes are next level, level, action");
        check_shape(&b, self.transition.shape(), &[n, n, slices], cure)?;
        self.depends_on = vec![own];
        let mut shape = vec![n, n];
        if self.transition.shape()[2] > 1 {
            self.controls = (0..controls.len()).collect();
            shape.extend(handles);
        }
        let entries = self.transition.iter().copied().collect();
        self.transition = ArrayD::from_shape_vec(shape, entries)
            .expect("an action is a combination of settings, the last varying fastest");
        Ok(())
    }
}
