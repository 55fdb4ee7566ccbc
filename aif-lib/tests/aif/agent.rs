//! Choices that honour habits, one precision, policies of one's own, and what an agent carries from step to step.

use aif_lib::aif::perceive::evidence::{Evidence, seen};
use aif_lib::aif::select::occam_window;
use aif_lib::prelude::*;
use ndarray::{Array2, Array3};

const EVEN: [f64; 4] = [0.25; 4];

fn maze(habits: &[f64]) -> GenerativeModel {
    tmaze::model(0.9, &tmaze::PREFERENCE).unwrap().with_habits(habits).unwrap()
}

fn options() -> AifOptions {
    AifOptions { episode: Some(tmaze::MOVES), ..Default::default() }
}

fn totals(g: &[Efe]) -> Vec<f64> {
    g.iter().map(Efe::total).collect()
}

#[track_caller]
fn close(one: &[f64], other: &[f64]) {
    assert_eq!(one.len(), other.len());
    assert!(one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-12), "{one:?} {other:?}");
}

/// A step to see, not to be paid for.
fn see(obs: usize) -> Step {
    Step { obs, reward: 0.0, end: None }
}

#[test]
fn a_habit_of_zero_rules_an_action_out_of_every_choice() {
    let lookaheads =
        [Lookahead::OpenLoop, Lookahead::ClosedLoop(Backup::Max), Lookahead::Sophisticated];
    for lookahead in lookaheads {
        for choice in [Choice::Best, Choice::Sample { gamma: 3.0 }] {
            let options = AifOptions { lookahead, choice, ..options() };
            let decide = |habits: &[f64]| {
                let mut agent = AifAgent::new(maze(habits), options.clone()).unwrap();
                agent.begin(&0);
                agent.decide().unwrap().action
            };
            // Even habits look first where the plan can react; a habit of left alone never does.
            close(decide(&[0.0, 0.0, 1.0, 0.0]).probs(), &[0.0, 0.0, 1.0, 0.0]);
            let never_cue = decide(&[0.4, 0.0, 0.3, 0.3]);
            assert_eq!(never_cue[1], 0.0);
            assert!(never_cue[2] > 0.0);
        }
    }
    // A weak habit is no obstacle for the best.
    let mut agent = AifAgent::new(maze(&[0.33, 0.01, 0.33, 0.33]), options()).unwrap();
    agent.begin(&0);
    assert_eq!(agent.decide().unwrap().action, cat(&[0.0, 1.0, 0.0, 0.0]));
    // The T-maze without the cue is worth no more than a bet: what is ruled out is no part of a later choice either.
    let bets =
        closed_loop(&maze(&[0.4, 0.0, 0.3, 0.3]), maze(&EVEN).prior(), 2, Backup::Max);
    let stay = bets.unwrap()[0].total();
    assert!((stay + 2f64.ln()).abs() < 1e-12, "{stay}"); // later: left or right, and ln 2 to learn
    let soft = |habits: &[f64]| {
        let soft = Backup::Softmax { gamma: 2.0 };
        closed_loop(&maze(habits), maze(&EVEN).prior(), 2, soft).unwrap()[0].total()
    };
    // Two arms alike: G = 0 now, then the mean of left and right alone, −ln 2 each.
    assert!((soft(&[0.0, 0.0, 0.5, 0.5]) + 2f64.ln()).abs() < 1e-12);
    assert!((soft(&EVEN) + 2f64.ln()).abs() > 0.05);
}

#[test]
fn a_plan_where_the_state_is_seen_honours_habits_too() {
    let task = GridWorld::new("S.+").unwrap().to_mdp(1.0).unwrap();
    let model = to_generative_model(&task).unwrap();
    let free = finite_horizon_efe(&model, 3, Backup::Max).unwrap();
    let used = free.policy[0][0].mode();
    let mut habits = vec![1.0 / (model.n_actions() - 1) as f64; model.n_actions()];
    habits[used] = 0.0;
    let bound = model.with_habits(&habits).unwrap();
    let bound = finite_horizon_efe(&bound, 3, Backup::Max).unwrap();
    assert!(bound.policy.iter().flatten().all(|choice| choice[used] == 0.0));
}

#[test]
fn what_rules_everything_out_is_an_error_and_no_panic() {
    let never = [f64::NEG_INFINITY, 0.0];
    let a = array![[1.0, 1.0], [0.0, 0.0]];
    let b = Array3::from_elem((2, 2, 2), 0.5);
    let model = GenerativeModel::new(a, b, &never, &[0.5, 0.5]).unwrap();
    for choice in [Choice::Best, Choice::Sample { gamma: 1.0 }] {
        for lookahead in [Lookahead::OpenLoop, Lookahead::Sophisticated] {
            let options = AifOptions { choice, lookahead, ..Default::default() };
            let text = AifAgent::new(model.clone(), options).unwrap_err().to_string();
            assert!(text.contains("ruled out"), "{text}");
        }
    }
}

#[test]
fn habits_weigh_in_the_softmax() {
    let e = [0.1, 0.2, 0.3, 0.4];
    let gamma = 1.3;
    let weigh = |g: &[f64], e: &dyn Fn(usize) -> f64| {
        let w: Vec<f64> =
            g.iter().enumerate().map(|(i, g)| e(i) * (-gamma * g).exp()).collect();
        let sum: f64 = w.iter().sum();
        w.into_iter().map(|w| w / sum).collect::<Vec<_>>()
    };
    for lookahead in [Lookahead::OpenLoop, Lookahead::ClosedLoop(Backup::Max)] {
        let options =
            AifOptions { lookahead, choice: Choice::Sample { gamma }, ..options() };
        let mut agent = AifAgent::new(maze(&e), options).unwrap();
        agent.begin(&0);
        let found = agent.decide().unwrap();
        // A policy has the habit of its first action.
        let first = |i: usize| e[found.options[i][0]];
        close(found.posterior.probs(), &weigh(&totals(&found.efe), &first));
    }
}

#[test]
fn one_precision_serves_the_choice_and_the_backup_unless_told_otherwise() {
    let gamma = 0.7;
    let choice = Choice::Sample { gamma };
    let efe = |lookahead| {
        let options = AifOptions { choice, lookahead, ..options() };
        let mut agent = AifAgent::new(maze(&EVEN), options).unwrap();
        agent.begin(&0);
        agent.decide().unwrap().efe
    };
    let prior = maze(&EVEN).prior().clone();
    let tree = |backup| closed_loop(&maze(&EVEN), &prior, 2, backup).unwrap();
    assert_eq!(efe(AifOptions::default().lookahead), tree(Backup::Softmax { gamma }));
    assert_eq!(efe(Lookahead::ClosedLoop(Backup::Max)), tree(Backup::Max));
    let other = Backup::Softmax { gamma: 5.0 };
    assert_eq!(efe(Lookahead::ClosedLoop(other)), tree(other));
    let mut best = AifAgent::new(maze(&EVEN), options()).unwrap();
    best.begin(&0);
    assert_eq!(best.decide().unwrap().efe, tree(Backup::Max));
}

#[test]
fn action_precision_sharpens_the_marginal_and_pruning_drops_policies() {
    let choice = Choice::Sample { gamma: 1.0 };
    let base = AifOptions { choice, lookahead: Lookahead::OpenLoop, ..options() };
    let decide = |options| {
        let mut agent = AifAgent::new(maze(&EVEN), options).unwrap();
        agent.begin(&0);
        agent.decide().unwrap()
    };
    let plain = decide(base.clone());
    let sharp = decide(AifOptions { alpha: 2.0, ..base.clone() });
    assert_eq!(plain.posterior, sharp.posterior);
    let squares: Vec<f64> = plain.action.probs().iter().map(|p| p * p).collect();
    close(sharp.action.probs(), Categorical::from_weights(&squares).unwrap().probs());
    let sure = decide(AifOptions { alpha: f64::INFINITY, ..base.clone() });
    let largest = plain.action.probs().iter().copied().fold(0.0, f64::max);
    assert!((0..4).all(|u| (sure.action[u] > 0.0) == (largest - plain.action[u] < 1e-9)));
    let pruned = decide(AifOptions { prune_policies: 0.9, ..base });
    assert_eq!(pruned.posterior, occam_window(&plain.posterior, 0.9).unwrap());
    let left = |d: &Decision| d.posterior.probs().iter().filter(|p| **p > 0.0).count();
    assert!(left(&pruned) < left(&plain) && left(&pruned) > 0);
}

#[test]
fn outcomes_can_be_pruned_with_a_stated_bound() {
    let model = tmaze::model(0.98, &tmaze::PREFERENCE).unwrap();
    let at = |prune_outcomes| {
        let mut agent = AifAgent::new(
            model.clone(),
            AifOptions { prune_outcomes, horizon: 3, ..Default::default() },
        )
        .unwrap();
        agent.begin(&0);
        agent.decide().unwrap().efe
    };
    let mut planner =
        ClosedLoop::new(model.clone(), Backup::Max).unwrap().pruned(0.03).unwrap();
    assert_eq!(at(0.03), planner.values(model.prior(), 3).unwrap());
    assert_ne!(at(0.03), at(0.0));
    let options = AifOptions { prune_outcomes: -1.0, ..Default::default() };
    assert!(AifAgent::new(model, options).unwrap_err().to_string().contains("below = -1"));
}

#[test]
fn the_bound_of_a_pruned_tree_counts_outcomes_by_hand() {
    // 5 outcomes, each lost with at most .02 a node: .1; M = ln 8 + 3; three steps lose 3 node-steps.
    let model = tmaze::model(0.98, &tmaze::PREFERENCE).unwrap();
    let planner = ClosedLoop::new(model, Backup::Max).unwrap();
    let bound = planner.clone().pruned(0.02).unwrap().error_bound(3);
    assert!((bound - 3.0 * 0.1 * (8f64.ln() + 3.0)).abs() < 1e-12, "{bound}");
    // At most everything is lost.
    let bound = planner.pruned(0.5).unwrap().error_bound(2);
    assert!((bound - (8f64.ln() + 3.0)).abs() < 1e-12, "{bound}");
}

#[test]
fn policies_of_ones_own_are_scored_and_weighed_by_their_own_habits() {
    let mine = vec![vec![1, 2], vec![1, 3], vec![2, 2]];
    let e = [0.5, 0.1, 0.4];
    let base = AifOptions {
        policies: Some(mine.clone()),
        policy_habits: Some(e.to_vec()),
        choice: Choice::Sample { gamma: 2.0 },
        ..options()
    };
    let mut agent = AifAgent::new(maze(&EVEN), base.clone()).unwrap();
    agent.begin(&0);
    let found = agent.decide().unwrap();
    assert_eq!(found.options, mine);
    // The same three among all sixteen of the open loop.
    let all = open_loop(&maze(&EVEN), agent.belief(), 2).unwrap();
    let picked: Vec<f64> = mine.iter().map(|p| all[4 * p[0] + p[1]].total()).collect();
    close(&totals(&found.efe), &picked);
    let weights: Vec<f64> =
        picked.iter().zip(e).map(|(g, e)| e * (-2.0 * g).exp()).collect();
    let q = Categorical::from_weights(&weights).unwrap();
    close(found.posterior.probs(), q.probs());
    close(found.action.probs(), &[0.0, q[0] + q[1], q[2], 0.0]);
    // With one step left only the first action of each counts.
    agent.observe(&1, &see(1), &mut seeded(0));
    assert_eq!(agent.decide().unwrap().options, [[1], [1], [2]]);
    // Without habits of their own they have those of their first actions, and 0 rules out.
    let free = AifOptions { policy_habits: None, choice: Choice::Best, ..base.clone() };
    let mut agent = AifAgent::new(maze(&[0.5, 0.0, 0.5, 0.0]), free).unwrap();
    agent.begin(&0);
    assert_eq!(agent.decide().unwrap().posterior, cat(&[0.0, 0.0, 1.0]));
    let text = |policies: Vec<Vec<usize>>, habits: Option<Vec<f64>>| {
        let options =
            AifOptions { policies: Some(policies), policy_habits: habits, ..base.clone() };
        AifAgent::new(maze(&EVEN), options).unwrap_err().to_string()
    };
    assert!(text(vec![], None).contains("list of policies is empty"));
    assert!(text(vec![vec![1], vec![]], None).contains("policy 1 is empty"));
    assert!(
        text(vec![vec![1], vec![1, 2]], None).contains("policy 1 has shape 2, expected 1")
    );
    assert!(
        text(vec![vec![1, 4]], None)
            .contains("step 1 of policy 0 is 4, but there are only 4")
    );
    assert!(text(mine.clone(), Some(vec![0.5])).contains("E has shape 1, expected 3"));
    assert!(text(mine.clone(), Some(vec![-0.5, 1.0, 0.5])).contains("E: entry 0 is -0.5"));
    assert!(text(mine, Some(vec![0.0; 3])).contains("ruled out"));
}

#[test]
fn an_agent_never_looks_beyond_the_end_and_begins_anew() {
    let model = maze(&EVEN);
    let tree = |belief: &Categorical, horizon| {
        closed_loop(&model, belief, horizon, Backup::Max).unwrap()
    };
    for episode in [1, 2, 3, 5] {
        let options =
            AifOptions { horizon: 3, episode: Some(episode), ..Default::default() };
        let mut agent = AifAgent::new(model.clone(), options).unwrap();
        for _ in 0..2 {
            // The second episode is like the first: nothing is left of the last belief.
            agent.begin(&0);
            assert_eq!(agent.belief(), model.prior());
            for taken in 0..episode {
                let (left, belief) = (3.min(episode - taken), agent.belief().clone());
                assert_eq!(
                    agent.decide().unwrap().efe,
                    tree(&belief, left),
                    "{episode} {taken}"
                );
                agent.observe(&1, &see(1), &mut seeded(0));
            }
            assert_eq!(agent.trace().len(), episode + 1);
            assert!(agent.belief()[2] > 0.85);
        }
    }
}

#[test]
fn an_episode_may_begin_with_a_belief_of_ones_own() {
    let mut agent = AifAgent::new(maze(&EVEN), options()).unwrap();
    let left = Categorical::one_hot(8, 0);
    agent.begin_with(&left, &seen(&[0])).unwrap();
    assert_eq!(agent.belief(), &left);
    assert_eq!(agent.decide().unwrap().action, cat(&[0.0, 0.0, 1.0, 0.0])); // it need not look
    let text = agent.begin_with(&cat(&[0.5, 0.5]), &seen(&[0])).unwrap_err().to_string();
    assert!(text.contains("has shape [2], expected [8]"), "{text}");
    assert_eq!(agent.belief(), &left, "after an error all is as before");
    agent.begin(&0);
    assert_eq!(agent.belief(), maze(&EVEN).prior(), "the next episode begins from D again");
}

#[test]
fn an_agent_goes_on_in_the_dark() {
    let mut agent = AifAgent::new(maze(&EVEN), options()).unwrap();
    agent.begin_with(&maze(&EVEN).prior().clone(), &[Evidence::Missing]).unwrap();
    agent.perceive(1, &[Evidence::Soft(vec![0.0, 0.75, 0.25, 0.0, 0.0])]).unwrap();
    // P(left) ∝ .75 · .9 + .25 · .1.
    assert!((agent.belief()[2] - 0.7).abs() < 1e-12);
    agent.perceive(1, &[Evidence::Missing]).unwrap();
    assert!((agent.belief()[2] - 0.7).abs() < 1e-12);
    assert!(agent.trace()[2].log_evidence.abs() < 1e-12);
    assert!(agent.perceive(9, &[Evidence::Missing]).is_err());
}

#[test]
fn arms_that_fade_have_a_new_g_although_they_were_not_pulled() {
    let choice = Choice::Sample { gamma: 2.0 };
    let options = AifBanditOptions { forgetting: 0.2, choice, ..Default::default() };
    let mut agent = AifBandit::new(3, options).unwrap();
    let mut rng = seeded(4);
    for pull in [0, 1, 1, 2, 0, 2, 2, 2] {
        let obs = uniform_index(2, &mut rng);
        agent.observe(&pull, &Step { obs, reward: obs as f64, end: None }, &mut rng);
        // The policy rests on what is believed now, of every arm.
        let g: Vec<f64> = agent
            .beliefs()
            .iter()
            .map(|b| arm_efe(b, &options.preference).total())
            .collect();
        close(
            agent.policy().probs(),
            policy_posterior(&g, &[1.0; 3], 2.0).unwrap().probs(),
        );
    }
}

#[test]
fn both_readings_of_g_are_one_number_also_with_novelty() {
    let still = Array2::eye(2).insert_axis(Axis(2));
    let model = GenerativeModel::new(
        array![[0.7, 0.2], [0.3, 0.8]],
        still,
        &[0.0, 1.0],
        &[0.4, 0.6],
    );
    let g = expected_free_energy(&model.unwrap(), &cat(&[0.4, 0.6]));
    assert_eq!(g.novelty, 0.0);
    assert_eq!(g.total(), g.risk + g.ambiguity);
    assert!(!format!("{g:?}").contains("novelty"));
    let more = Efe { novelty: 0.25, ..g };
    assert!((more.total() - g.total() + 0.25).abs() < 1e-15);
    assert!(format!("{more:?}").contains("− novelty 0.2500 = −pragmatic"));
    assert!(((more + more) * 0.5).novelty == 0.25);
}
