//! Every kind of figure with data as notebooks have them. The tests of a page read them, and one draws them all to
//! be looked at:
//!
//! ```text
//! cargo test -p aif-lib --test plot -- gallery --nocapture
//! ```

use aif_lib::aif::evaluate::Efe;
use aif_lib::prelude::*;
use ndarray::array;

/// A learning curve with its interval: a made-up average that rises to `end`.
fn curve(n: usize, end: f64, rate: f64, noise: f64, seed: u64) -> [Vec<f64>; 4] {
    let mut rng = seeded(seed);
    let x: Vec<f64> = (1..=n).map(|i| i as f64).collect();
    let mean = |x: f64| 0.5 + (end - 0.5) * (1.0 - (-rate * x).exp());
    let y: Vec<f64> =
        x.iter().map(|x| mean(*x) + noise * (uniform01(&mut rng) - 0.5)).collect();
    let lo = y.iter().map(|y| y - 2.0 * noise).collect();
    let hi = y.iter().map(|y| y + 2.0 * noise).collect();
    [x, y, lo, hi]
}

fn learning(title: &str, n: usize) -> Figure {
    let [x, q, q_lo, q_hi] = curve(n, 0.88, 6.0 / n as f64, 0.02, 1);
    let [_, a, a_lo, a_hi] = curve(n, 0.9, 60.0 / n as f64, 0.015, 2);
    plot::lines_on(
        &Axes::new(title, "episodes", "success rate").y_from(0.4, 1.0),
        &[
            Series::rl("Q-learning over histories", &x, &q).interval(&q_lo, &q_hi),
            Series::aif("active inference, model given", &x, &a).interval(&a_lo, &a_hi),
            Series::level("optimum .90", 0.9),
        ],
    )
}

fn reliability() -> Figure {
    let r: Vec<f64> = (0..=10).map(|i| 0.5 + 0.05 * f64::from(i)).collect();
    let cue: Vec<f64> = r.iter().map(|r| -(2f64.ln() + 3.0 * (2.0 * r - 1.0))).collect();
    let arm = vec![-2f64.ln(); r.len()];
    plot::lines(
        "The better the cue, the lower the G of looking",
        "cue reliability r",
        "G (nats; lower is better)",
        &[
            Series::new("cue first", &r, &cue),
            Series::new("any other first action", &r, &arm),
        ],
    )
}

fn cycle() -> Figure {
    let x: Vec<f64> = (0..60).map(f64::from).collect();
    let names = ["0.1", "0.2", "0.5", "1", "2", "4", "8", "16"];
    let series: Vec<Series> = names
        .iter()
        .enumerate()
        .map(|(k, name)| {
            let y: Vec<f64> = x.iter().map(|x| (k + 1) as f64 * (x / 20.0 + 1.0)).collect();
            Series::new(&format!("γ = {name}"), &x, &y)
        })
        .collect();
    plot::lines("Eight series", "step", "value", &series)
}

fn logarithmic() -> Figure {
    let x: Vec<f64> = (0..40).map(f64::from).collect();
    let decay = |gamma: f64| -> Vec<f64> { x.iter().map(|k| gamma.powf(*k)).collect() };
    plot::lines_on(
        &Axes::new("Value iteration converges as γᵏ", "sweep k", "largest change").log_y(),
        &[
            Series::new("γ = .5", &x, &decay(0.5)).role(plot::Role::Index(0)),
            Series::new("γ = .9", &x, &decay(0.9)).role(plot::Role::Index(1)),
        ],
    )
}

fn gaps() -> Figure {
    let x: Vec<f64> = (0..12).map(f64::from).collect();
    let y: Vec<f64> =
        x.iter().map(|x| if *x == 5.0 { f64::NAN } else { x.sin() }).collect();
    let z: Vec<f64> = x.iter().map(|x| x.cos()).collect();
    plot::lines(
        "Steps, points and a gap",
        "t",
        "value",
        &[Series::new("steps", &x, &y).steps(), Series::new("points", &x, &z).points()],
    )
}

fn policies() -> Figure {
    plot::bars(
        "Open loop, r = .9: the arm looks better than the cue",
        "G (nats; lower is better)",
        &["left, stay", "right, stay", "cue, left", "cue, right", "stay, stay"],
        &[Bars::aif("G of the policy", &[-1.386, -1.386, -1.061, -1.061, 0.0])],
    )
}

fn agents() -> Figure {
    plot::bars(
        "Success on the T-maze",
        "success rate",
        &["r = .5", "r = .7", "r = .9", "r = 1"],
        &[
            Bars::rl("Q-learning", &[0.5, 0.68, 0.89, 0.99])
                .interval(&[0.46, 0.65, 0.86, 0.97], &[0.54, 0.71, 0.91, 1.0]),
            Bars::aif("active inference", &[0.5, 0.7, 0.9, 1.0])
                .interval(&[0.47, 0.67, 0.88, 1.0], &[0.53, 0.73, 0.92, 1.0]),
        ],
    )
}

fn parts() -> Figure {
    plot::stacked(
        "What G is made of",
        "nats (lower is better)",
        &["stay", "cue", "left", "right"],
        &[
            Bars::new("−pragmatic value", &[0.0, 0.0, 1.2, -1.2]),
            Bars::new("−epistemic value", &[0.0, -0.368, -0.693, -0.693]),
        ],
    )
}

fn beliefs() -> Figure {
    plot::belief_bars(
        "Which arm pays?",
        &["centre, left pays", "centre, right pays", "cue, left pays", "cue, right pays"],
        &["before", "after going to the cue", "after seeing it"],
        &[vec![0.5, 0.5, 0.0, 0.0], vec![0.0, 0.0, 0.5, 0.5], vec![0.0, 0.0, 0.9, 0.1]],
    )
}

fn heat() -> Figure {
    let values = ndarray::Array2::from_shape_fn((6, 8), |(r, c)| {
        if (r, c) == (2, 3) { f64::NAN } else { (r as f64 * 0.7).sin() + 0.1 * c as f64 }
    });
    plot::heatmap(
        "Success by γ and reliability",
        &["r=.5", "r=.55", "r=.6", "r=.7", "r=.8", "r=.9", "r=.95", "r=1"],
        &["γ=.1", "γ=.5", "γ=1", "γ=2", "γ=4", "γ=16"],
        &values,
    )
}

fn signed() -> Figure {
    plot::diverging(
        "Advantage of each action",
        &["north", "east", "south", "west"],
        &["room 1", "room 2", "room 3"],
        &array![[-0.5, 0.2, 0.0, -1.0], [1.2, 0.4, -0.3, 0.1], [0.0, 0.9, -0.8, 0.3]],
    )
}

fn likelihood() -> Figure {
    plot::matrix(
        "A: what is seen in each state, r = .9",
        &["nothing", "cue left", "cue right", "reward", "punishment"],
        &[
            "centre·L",
            "centre·R",
            "cue·L",
            "cue·R",
            "left·L",
            "left·R",
            "right·L",
            "right·R",
        ],
        &array![
            [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.9, 0.1, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.1, 0.9, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0]
        ],
    )
}

fn rooms(title: &str) -> GridPicture {
    GridPicture::floor(title, &GridWorld::four_rooms())
}

fn values_picture() -> Figure {
    let world = GridWorld::four_rooms();
    let values =
        value_iteration(&world.to_mdp(0.99).expect("a task"), 1e-12).expect("it converges");
    plot::value_map(
        "Optimal values and all best actions",
        &world,
        &values.v,
        &values.greedy(),
    )
}

fn locked_picture() -> Figure {
    let world = GridWorld::small("four_rooms_split").expect("a world");
    let values =
        value_iteration(&world.to_mdp(0.9).expect("a task"), 1e-12).expect("it converges");
    plot::value_map("A key, a door and a warp", &world, &values.v, &values.greedy())
}

fn path_picture() -> Figure {
    let world = GridWorld::four_rooms();
    let way = world.path_to(world.goal()).expect("a way");
    let marks = vec![(5 * 11 + 2, "door".into())];
    plot::grid(&GridPicture { marks, ..rooms("A shortest walk").path(&way) })
}

fn cliff_picture() -> Figure {
    let values = value_iteration(&Cliff::to_mdp(1.0, 0.1).expect("a task"), 1e-12)
        .expect("it converges");
    let way = cliff::walk(&values.greedy(), 100);
    plot::grid(
        &GridPicture::floor("A careful walk past the cliff", &Cliff::new()).path(&way),
    )
}

fn sea_picture() -> Figure {
    let sea = DeepSea::new(12, &mut seeded(5)).expect("a world");
    let depth: Vec<f64> = (0..sea.n_states()).map(|s| sea.cell(s).0 as f64).collect();
    plot::grid(&GridPicture::floor("The deep sea, coloured by depth", &sea).values(&depth))
}

fn forbidden() -> Figure {
    let option = |pragmatic: f64, epistemic: f64| Efe {
        risk: -pragmatic,
        ambiguity: -epistemic,
        pragmatic,
        epistemic,
        ..Default::default()
    };
    plot::efe_bars(
        "One option may lead to what must never be",
        &["stay", "look", "jump"],
        &[option(-1.2, 0.0), option(-0.8, 0.5), option(f64::NEG_INFINITY, 0.3)],
    )
}

fn boxes() -> Figure {
    let mut picture = NetworkPicture::new("What to do with a belief about the tiger");
    picture.node("0.50", 0.0, 0.0, &[("listen", Role::Rl), ("listen", Role::Aif)]);
    picture.node("0.85", 0.5, 1.0, &[("listen", Role::Rl), ("listen", Role::Aif)]);
    picture.node("0.97", 1.0, 0.0, &[("open right", Role::Rl), ("open right", Role::Aif)]);
    picture.arrow(0, 1, "½");
    picture.arrow(1, 2, ".745");
    picture.arrow(1, 0, ".255");
    plot::network(&picture)
}

fn small_grid() -> Figure {
    plot::grid(&GridPicture {
        title: "By hand".into(),
        rows: 2,
        cols: 3,
        walls: vec![false, true, false, false, false, false],
        values: Some(vec![0.73, f64::NAN, 1.0, 0.81, 0.9, 0.95]),
        arrows: vec![(0, 2), (3, 1), (4, 1), (5, 0)],
        start: Some(0),
        goal: Some(2),
        ..GridPicture::default()
    })
}

fn walk(title: &str) -> Player {
    let moment = TmazePicture::new;
    let frames = [
        (
            TmazePicture { pays: Some(0), ..moment("t = 0") },
            "The agent starts at the centre and finds both arms equally likely to pay.",
        ),
        (
            TmazePicture {
                place: 1,
                cue: Some(0),
                belief: [0.9, 0.1],
                pays: Some(0),
                ..moment("t = 1")
            },
            "It goes to the cue, which points left: its belief moves to 0.90.",
        ),
        (
            TmazePicture {
                place: 2,
                cue: Some(0),
                belief: [1.0, 0.0],
                outcome: Some(true),
                pays: Some(0),
                ..moment("t = 2")
            },
            "It goes left and finds the reward.",
        ),
    ];
    let frames: Vec<Frame> =
        frames.iter().map(|(m, caption)| Frame::new(plot::tmaze(m), caption)).collect();
    plot::player(title, &frames)
}

fn text_table() -> Table {
    plot::table(
        &["policy", "risk", "ambiguity", "G"],
        &[
            vec!["left, stay".into(), "−1.386".into(), "0.000".into(), "−1.386".into()],
            vec!["cue, left".into(), "−1.386".into(), "0.325".into(), "−1.061".into()],
        ],
    )
}

/// Each with a name.
pub fn figures() -> Vec<(&'static str, Figure)> {
    vec![
        ("learning", learning("Success on the T-maze, 20 seeds", 2000)),
        ("reliability", reliability()),
        ("cycle", cycle()),
        ("logarithmic", logarithmic()),
        ("gaps", gaps()),
        ("policies", policies()),
        ("agents", agents()),
        ("parts", parts()),
        ("beliefs", beliefs()),
        ("heatmap", heat()),
        ("diverging", signed()),
        ("matrix", likelihood()),
        ("grid_values", values_picture()),
        ("grid_path", path_picture()),
        ("grid_objects", locked_picture()),
        ("grid_small", small_grid()),
        (
            "tmaze",
            plot::tmaze(&TmazePicture {
                place: 3,
                cue: Some(1),
                belief: [0.1, 0.9],
                outcome: Some(false),
                ..TmazePicture::new("One try in ten, the cue is wrong")
            }),
        ),
        (
            "simplex",
            plot::simplex(&SimplexPicture {
                label: "nats".into(),
                points: vec![("even".into(), [1.0 / 3.0; 3])],
                ..SimplexPicture::new("Entropy", ["sun", "cloud", "rain"], &entropy)
            }),
        ),
        ("grid_cliff", cliff_picture()),
        ("grid_sea", sea_picture()),
        ("forbidden", forbidden()),
        ("network", boxes()),
        ("dual", plot::dual(values_picture(), beliefs())),
        ("dual_lines", plot::dual(learning("Learned", 300), learning("Planned", 300))),
    ]
}

#[test]
fn the_gallery_is_drawn_to_be_looked_at() {
    let folder = format!("{}/gallery", env!("CARGO_TARGET_TMPDIR"));
    let mut all = String::new();
    for (name, figure) in figures() {
        figure.save(&format!("{folder}/{name}.svg")).unwrap();
        all.push_str(&format!("<h3>{name}</h3>{}", figure.html()));
    }
    for player in [walk("One episode"), walk("Another episode")] {
        player.save(&format!("{folder}/player.html")).unwrap();
        all.push_str(&player.html());
    }
    all.push_str(&text_table().html());
    for (name, body) in [
        ("index", ""),
        ("lab_light", " data-jp-theme-light=\"true\" style=\"background:#fff\""),
        ("lab_dark", " data-jp-theme-light=\"false\" style=\"background:#111;color:#eee\""),
    ] {
        let page = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Gallery</title>\
             <meta name=\"color-scheme\" content=\"light dark\"></head><body{body}>{all}</body></html>"
        );
        std::fs::write(format!("{folder}/{name}.html"), page).unwrap();
    }
    println!("{folder}/index.html");
}
