//! What every agent promises: `begin` begins an episode and not a life, and a frozen agent learns nothing.

use std::fmt::Debug;

use aif_lib::prelude::*;

/// An agent that has lived a while in a world, looked at by what it shows of itself.
fn keeps_its_promises<A: Agent + Debug>(name: &str, mut agent: A, world: &mut dyn World) {
    let mut rng = seeded(11);
    let fresh = format!("{agent:?}");
    returns(world, &mut agent, 3, &mut rng);
    let start = world.reset(&mut rng);
    agent.begin(&start);
    let lived = format!("{agent:?}");
    assert_ne!(fresh, lived, "{name} learns");

    agent.freeze();
    agent.begin(&start);
    let frozen = format!("{agent:?}");
    returns(world, &mut agent, 3, &mut rng);
    agent.begin(&start);
    assert_eq!(frozen, format!("{agent:?}"), "{name} learns nothing while frozen");

    agent.thaw();
    returns(world, &mut agent, 3, &mut rng);
    agent.begin(&start);
    assert_ne!(frozen, format!("{agent:?}"), "{name} learns again");
}

#[test]
fn a_frozen_agent_learns_nothing_and_a_new_episode_forgets_nothing() {
    let grid = GridWorld::new("S..\n.#.\n..+").unwrap();
    let (n, k) = (grid.n_observations(), grid.n_actions());
    let mut world = TimeLimit::new(grid, 60);
    for rule in [Rule::QLearning, Rule::Sarsa, Rule::ExpectedSarsa, Rule::DoubleQ] {
        let options = QOptions { rule, ..Default::default() };
        let agent = QAgent::new(n, k, options).unwrap();
        keeps_its_promises("QAgent", agent, &mut world);
    }
    for planning in [
        Planning::DynaQ { steps: 5 },
        Planning::DynaQPlus { steps: 5, kappa: 1e-3 },
        Planning::Prioritized { steps: 5, threshold: 1e-4 },
    ] {
        let agent = DynaAgent::new(n, k, DynaOptions { planning, ..Default::default() });
        keeps_its_promises("DynaAgent", agent.unwrap(), &mut world);
    }
    let planner = ModelBasedAgent::new(n, k, ModelBasedOptions::default()).unwrap();
    keeps_its_promises("ModelBasedAgent", planner, &mut world);
    keeps_its_promises("MbieEb", MbieEb::new(n, k, 0.1, 20).unwrap(), &mut world);
    let explorer = NoveltyExplorer::new(n, k, 1.0, 20).unwrap();
    keeps_its_promises("NoveltyExplorer", explorer, &mut world);
    let cat = LawOfEffectAgent::new(n, k, LawOfEffectOptions::default()).unwrap();
    keeps_its_promises("LawOfEffectAgent", cat, &mut world);
}

#[test]
fn bandit_agents_and_the_two_step_agent_keep_them_too() {
    let mut arms = TimeLimit::new(Bandit::bernoulli(&[0.3, 0.7]).unwrap(), 20);
    for rule in [
        BanditRule::Greedy,
        BanditRule::EpsilonGreedy { epsilon: 0.1 },
        BanditRule::Softmax { tau: 0.2 },
        BanditRule::Ucb1 { c: 1.0 },
        BanditRule::Thompson { sharpness: 1.0 },
    ] {
        let options = BanditOptions { rule, ..Default::default() };
        keeps_its_promises("BanditAgent", BanditAgent::new(2, options).unwrap(), &mut arms);
    }
    let curious = AifBandit::new(2, AifBanditOptions::default()).unwrap();
    keeps_its_promises("AifBandit", curious, &mut arms);
    let mut task = TwoStep::new(10).unwrap();
    let agent = TwoStepAgent::new(TwoStepOptions::default()).unwrap();
    keeps_its_promises("TwoStepAgent", agent, &mut task);
}
