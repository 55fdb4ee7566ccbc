//! Every exercise: its own answer passes, `todo!()` is TODO, and every known wrong answer fails with its own code.

#![allow(clippy::todo)] // The stubs of unsolved exercises.

use std::collections::HashSet;

use aif_lib::lesson::{
    Exercise, Outcome, m01, m02, m03, m04, m05, m06, m08, m09, m10, m13,
};

fn judge<F: Copy + 'static>(exercise: &Exercise<F>, todo: F) {
    let id = exercise.id;
    assert_eq!(
        exercise.check(exercise.reference).outcome(),
        Outcome::Pass,
        "{id}: the reference"
    );
    assert_eq!(exercise.check(todo).outcome(), Outcome::Todo, "{id}: the stub");
    assert!((2..=4).contains(&exercise.wrong.len()), "{id}: two to four wrong answers");
    for wrong in &exercise.wrong {
        let verdict = exercise.check(wrong.answer);
        assert_eq!(
            (verdict.outcome(), verdict.code()),
            (Outcome::Fail, wrong.code),
            "{id}: {}",
            verdict.sentence()
        );
        assert_eq!(verdict.sentence(), wrong.sentence, "{id}");
    }
    let codes: HashSet<_> = exercise
        .wrong
        .iter()
        .map(|w| w.code)
        .chain(exercise.tests.iter().map(|t| t.code))
        .collect();
    assert_eq!(
        codes.len(),
        exercise.wrong.len() + exercise.tests.len(),
        "{id}: every code once"
    );
}

#[test]
fn module_03() {
    judge(&m03::learn_trial(), |_, _, _, _| todo!("Exercise 3.1"));
    judge(&m03::td_step(), |_, _, _, _, _| todo!("Exercise 3.2"));
    judge(&m03::td_lambda_episode(), |_, _, _, _, _| todo!("Exercise 3.3"));
    judge(&m03::successor_matrix(), |_, _| todo!("Exercise 3.4"));
    judge(&m03::kalman_step(), |_, _, _, _, _| todo!("Exercise 3.5"));
}

#[test]
fn module_02() {
    judge(&m02::discounted_return(), |_, _| todo!("Exercise 2.1"));
    judge(&m02::action_value(), |_, _, _, _| todo!("Exercise 2.2"));
    judge(&m02::sweep(), |_, _, _| todo!("Exercise 2.3"));
    judge(&m02::best_actions(), |_| todo!("Exercise 2.4"));
    judge(&m02::rounds(), |_| todo!("Exercise 2.5"));
    judge(&m02::best_sweep(), |_, _, _, _, _| todo!("Exercise 2.6"));
}

#[test]
fn module_08() {
    judge(&m08::surprise(), |_, _, _| todo!("Exercise 8.1"));
    judge(&m08::free_energy_of(), |_, _, _, _| todo!("Exercise 8.2"));
    judge(&m08::slope_of(), |_, _| todo!("Exercise 8.3"));
    judge(&m08::coordinate(), |_, _| todo!("Exercise 8.4"));
    judge(&m08::settle_step(), |_, _, _, _, _| todo!("Exercise 8.5"));
}

#[test]
fn module_05() {
    judge(&m05::dream(), |_, _, _, _, _, _| todo!("Exercise 5.1"));
    judge(&m05::counts_to_b(), |_| todo!("Exercise 5.2"));
    judge(&m05::first_action(), |_, _, _, _| todo!("Exercise 5.3"));
    judge(&m05::look_ahead(), |_, _| todo!("Exercise 5.4"));
    judge(&m05::learn_trial(), |_, _, _, _, _| todo!("Exercise 5.5"));
}

#[test]
fn module_06() {
    judge(&m06::score(), |_, _| todo!("Exercise 6.1"));
    judge(&m06::weights(), |_, _, _| todo!("Exercise 6.2"));
    judge(&m06::advantages(), |_, _, _, _, _, _| todo!("Exercise 6.3"));
    judge(&m06::improve(), |_, _, _| todo!("Exercise 6.4"));
    judge(&m06::entropy_gradient(), |_| todo!("Exercise 6.5"));
}

#[test]
fn module_01() {
    judge(&m01::law_of_effect(), |_, _, _| todo!("Exercise 1.1"));
    judge(&m01::fixed_interval(), |_, _| todo!("Exercise 1.2"));
    judge(&m01::mean_of_counts(), |_| todo!("Exercise 1.3"));
    judge(&m01::plan(), |_, _, _, _, _| todo!("Exercise 1.4"));
    judge(&m01::greedy(), |_| todo!("Exercise 1.5"));
}

#[test]
fn module_09() {
    judge(&m09::likelihood(), |_| todo!("Exercise 9.1"));
    judge(&m09::filter_step(), |_, _, _, _| todo!("Exercise 9.2"));
    judge(&m09::one_step_efe(), |_, _, _| todo!("Exercise 9.3"));
    judge(&m09::closed_loop_values(), |_, _, _| todo!("Exercise 9.4"));
    judge(&m09::information_gain(), |_, _| todo!("Exercise 9.5"));
}

#[test]
fn module_13() {
    judge(&m13::preferred(), |_| todo!("Exercise 13.1"));
    judge(&m13::step(), |_, _, _| todo!("Exercise 13.2"));
    judge(&m13::two_backups(), |_, _| todo!("Exercise 13.3"));
    judge(&m13::plan(), |_, _, _, _| todo!("Exercise 13.4"));
    judge(&m13::joint_gain(), |_, _, _| todo!("Exercise 13.5"));
}

#[test]
fn module_10() {
    judge(&m10::parts(), |_, _, _| todo!("Exercise 10.1"));
    judge(&m10::accuracy(), |_, _| todo!("Exercise 10.2"));
    judge(&m10::novelty(), |_, _| todo!("Exercise 10.3"));
    judge(&m10::relevance(), |_, _| todo!("Exercise 10.4"));
}

#[test]
fn module_04() {
    judge(&m04::epsilon_greedy(), |_, _| todo!("Exercise 4.1"));
    judge(&m04::upper_bounds(), |_, _, _| todo!("Exercise 4.2"));
    judge(&m04::information_gain(), |_| todo!("Exercise 4.3"));
    judge(&m04::best_plan(), |_, _, _| todo!("Exercise 4.4"));
    judge(&m04::target(), |_, _, _, _| todo!("Exercise 4.5"));
}

#[test]
fn unknown_mistakes_hear_of_the_first_test_that_they_fail() {
    let verdict = m09::check_9_3(|_, _, _| 7.0);
    assert_eq!((verdict.outcome(), verdict.code()), (Outcome::Fail, "risk"));
    let verdict = m09::check_9_2(|_, _, _, _| Vec::new());
    assert_eq!((verdict.outcome(), verdict.code()), (Outcome::Fail, "length"));
    let verdict = m09::check_9_2(|_, _, q, _| vec![q[99]]);
    assert_eq!(verdict.outcome(), Outcome::Error);
}

#[test]
fn quiz_answers() {
    use aif_lib::lesson::{KEYS, quiz};
    for (id, right) in KEYS.concat() {
        assert_eq!(quiz(id, "?").outcome(), Outcome::Todo);
        assert!(quiz(id, right).passed());
        let wrong = ["a", "b", "c", "d"].iter().filter(|letter| **letter != right);
        wrong.for_each(|letter| assert_eq!(quiz(id, letter).outcome(), Outcome::Fail));
        assert_eq!(quiz(id, "yes").outcome(), Outcome::Error);
    }
    assert_eq!(quiz("9.q99", "a").outcome(), Outcome::Error);
}
