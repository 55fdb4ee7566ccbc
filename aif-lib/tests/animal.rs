//! The worlds of the behaving animal keep the rules, and its learners do what theory says that they must.
#![allow(clippy::unwrap_used)]

use aif_lib::aif::learn::habits;
use aif_lib::interaction::Ends;
use aif_lib::prelude::*;

#[test]
fn the_animals_worlds_keep_the_rules() {
    let mut cage = PuzzleBox::new(5, &[3, 1, 3]).unwrap();
    let ends = check_world(&mut cage, 10_000, &mut seeded(1)).unwrap();
    assert_eq!(ends, Ends { terminated: 20, truncated: 0 });
    for schedule in [
        Reinforcement::FixedRatio(5),
        Reinforcement::VariableRatio(5.0),
        Reinforcement::FixedInterval(5),
        Reinforcement::VariableInterval(5.0),
        Reinforcement::Never,
    ] {
        let chamber = OperantChamber::new(schedule).unwrap().with_clocks(7, 3);
        let mut session = TimeLimit::new(chamber.with_effort(0.1).unwrap(), 60);
        let ends = check_world(&mut session, 60, &mut seeded(2)).unwrap();
        assert_eq!(ends, Ends { terminated: 0, truncated: 20 }, "{schedule:?}");
    }
    let open = GridWorld::layout("detour").unwrap();
    let mut maze =
        Renumbered::new(GridWorld::layout("detour_block").unwrap(), &open).unwrap();
    let ends = check_world(&mut maze, 100_000, &mut seeded(3)).unwrap();
    assert_eq!(ends.terminated, 20);
}

/// The random cat needs n acts for each latch: every act is right with probability 1/n.
#[test]
fn a_cat_that_learns_nothing_needs_n_acts_for_each_latch() {
    let acts = population(4000, 4, &|_, rng| {
        let mut cat = FixedPolicy::new(vec![Categorical::uniform(6); 3]);
        episode(&mut PuzzleBox::new(6, &[0, 5]).unwrap(), &mut cat, rng).len() as f64
    });
    let seen = mean_interval(&acts).unwrap();
    assert!((seen.mean - 12.0).abs() < 2.0 * (seen.hi - seen.lo), "{seen:?}");
}

/// Pólya's urn: the share of an act under the Law of Exercise is a martingale, so its mean stays where it was.
#[test]
fn exercise_alone_teaches_nothing_on_average() {
    let shares = population(4000, 5, &|_, rng| {
        let mut counts = Dirichlet::new(vec![1.0, 2.0, 1.0]).unwrap();
        for _ in 0..50 {
            let act = counts.mean().sample(rng);
            habits::update(&mut counts, act, 1.0);
        }
        counts.mean()[1]
    });
    let seen = mean_interval(&shares).unwrap();
    assert!((seen.mean - 0.5).abs() < 2.0 * (seen.hi - seen.lo), "{seen:?}");
}

/// A press every k seconds on VI t finds food with 1 − (1 − 1/t)ᵏ.
#[test]
fn on_a_variable_interval_food_waits() {
    for k in [1, 3, 8] {
        let pays = population(40, 6, &|_, rng| {
            let mut chamber =
                OperantChamber::new(Reinforcement::VariableInterval(10.0)).unwrap();
            chamber.reset(rng);
            let food =
                (1..=2400).map(|t| chamber.step(usize::from(t % k == 0), rng).reward);
            food.sum::<f64>() / (2400 / k) as f64
        });
        let (seen, exact) = (mean_interval(&pays).unwrap(), 1.0 - 0.9f64.powi(k));
        assert!(
            (seen.mean - exact).abs() < 2.0 * (seen.hi - seen.lo),
            "{k}: {seen:?} {exact}"
        );
    }
}

fn detour_rat() -> ModelBasedAgent {
    let options = ModelBasedOptions {
        epsilon: Schedule::Constant(0.0),
        forgetting: 1.0,
        ..Default::default()
    };
    ModelBasedAgent::new(39, 4, options).unwrap()
}

/// Three steps to the new wall, one bump, three back, sixteen round: 23, and then the 16 of the shortest way.
#[test]
fn a_map_plans_round_a_new_wall_after_one_bump() {
    let open = GridWorld::layout("detour").unwrap();
    let unfed = open.clone().with_reward(1, 5, 0.0).unwrap();
    let closed =
        Renumbered::new(GridWorld::layout("detour_block").unwrap(), &open).unwrap();
    for seed in 0..5 {
        let (mut rat, mut rng) = (detour_rat(), seeded(seed));
        (0..40).for_each(|_| drop(episode(&mut unfed.clone(), &mut rat, &mut rng)));
        (0..3).for_each(|_| drop(episode(&mut open.clone(), &mut rat, &mut rng)));
        assert_eq!(episode(&mut open.clone(), &mut rat, &mut rng).len(), 8);
        let steps =
            [(); 3].map(|()| episode(&mut closed.clone(), &mut rat, &mut rng).len());
        assert_eq!(steps, [23, 16, 16]);
    }
}

/// One array, two planners: on the learned map −G (closed loop) and Q choose alike wherever a run can be.
#[test]
fn the_learned_b_is_a_t_and_both_planners_agree_on_it() {
    let open = GridWorld::layout("detour").unwrap();
    let unfed = open.clone().with_reward(1, 5, 0.0).unwrap();
    let (mut rat, mut rng) = (detour_rat(), seeded(9));
    (0..40).for_each(|_| drop(episode(&mut unfed.clone(), &mut rat, &mut rng)));
    episode(&mut open.clone(), &mut rat, &mut rng);
    assert_eq!(rat.transition(), open.to_mdp(0.95).unwrap().transition().to_array());
    let c: Vec<f64> = (0..39).map(|s| f64::from(s == open.goal())).collect();
    let model =
        GenerativeModel::new(Array2::eye(39), rat.transition(), &c, &[1.0 / 39.0; 39])
            .unwrap();
    let mut planner = ClosedLoop::new(model, Backup::Max).unwrap();
    for s in (0..39).filter(|&s| s != open.goal()) {
        let g = planner.values(&Categorical::one_hot(39, s), 20).unwrap();
        let g: Vec<f64> = g.iter().map(Efe::total).collect();
        assert_eq!(best(&g), rat.policy(s), "state {s}");
    }
}

#[test]
fn a_pause_changes_nothing_in_a_learner_without_a_clock() {
    // What begins a session carries no information about how long ago the last one was.
    let mut rat = LawOfEffectAgent::new(
        1,
        2,
        LawOfEffectOptions { forgetting: 0.02, ..Default::default() },
    )
    .unwrap();
    let chamber = OperantChamber::new(Reinforcement::FixedRatio(1)).unwrap();
    let mut session = TimeLimit::new(chamber, 100);
    let mut rng = seeded(7);
    episode(&mut session, &mut rat, &mut rng);
    session.world.set_schedule(Reinforcement::Never).unwrap();
    episode(&mut session, &mut rat, &mut rng);
    let before = rat.policy(0);
    rat.begin(&0);
    assert_eq!(rat.policy(0), before);
}
