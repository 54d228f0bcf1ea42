//! A picture of growth as SVG text: the number of contacts to the right, each tenfold as far as the one before; the
//! rate upwards, as a share of the smallest directory's.

use std::fmt::Write as _;

use super::figures::grouped;
use super::ratios::Spread;

/// A rate at several sizes, the smallest first.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) points: Vec<(u64, Spread)>,
}

const COLOURS: [&str; 6] = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"];
const LEFT: f64 = 60.0;
const TOP: f64 = 20.0;
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 260.0;
/// What the upper border stands for: a rate may also be higher than the smallest directory's.
const HIGHEST: f64 = 1.4;

pub(super) fn draw(lines: &[Line]) -> String {
    let sizes = || lines.iter().flat_map(|line| &line.points).map(|(contacts, _)| *contacts);
    let (least, most) = (sizes().min().unwrap_or(1), sizes().max().unwrap_or(10));
    let scale = Scale { least: log(least), most: log(most).max(log(least) + 1.0) };
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 330\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"760\" height=\"330\" fill=\"white\"/>\n",
    );
    for percent in [0, 20, 40, 60, 80, 100, 120, 140] {
        let y = y(f64::from(percent) / 100.0);
        let right = LEFT + WIDTH;
        let _ =
            writeln!(svg, "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{percent} %</text>",
            LEFT - 6.0,
            y + 4.0
        );
    }
    let mut marks: Vec<_> = sizes().collect();
    marks.sort_unstable();
    marks.dedup();
    for contacts in marks {
        let (x, y) = (scale.x(contacts), TOP + HEIGHT + 18.0);
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>",
            grouped(contacts)
        );
    }
    for (number, line) in (0_u32..).zip(lines) {
        svg.push_str(&drawn(number, line, &scale));
    }
    svg.push_str("</svg>\n");
    svg
}

fn drawn(number: u32, line: &Line, scale: &Scale) -> String {
    let colour = COLOURS[number as usize % COLOURS.len()];
    let first = line.points.first().map_or(1.0, |(_, first)| first.median);
    let points: Vec<_> = line
        .points
        .iter()
        .map(|(contacts, spread)| format!("{:.1},{:.1}", scale.x(*contacts), y(spread.median / first)))
        .collect();
    let mut svg = format!(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n",
        points.join(" ")
    );
    for point in &points {
        if let Some((x, y)) = point.split_once(',') {
            let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>");
        }
    }
    let (x, y) = (LEFT + WIDTH + 20.0, TOP + 20.0 + 22.0 * f64::from(number));
    let name = line.name.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\">{name}</text>");
    svg
}

/// From numbers of contacts to the picture.
struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    fn x(&self, contacts: u64) -> f64 {
        LEFT + WIDTH * (log(contacts) - self.least) / (self.most - self.least)
    }
}

fn y(share: f64) -> f64 {
    TOP + HEIGHT * (1.0 - share.min(HIGHEST) / HIGHEST)
}

#[expect(clippy::cast_precision_loss, reason = "a picture is less precise")]
fn log(number: u64) -> f64 {
    (number.max(1) as f64).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(contacts: u64, median: f64) -> (u64, Spread) {
        (contacts, Spread { low: median, median, high: median })
    }

    #[test]
    fn every_tenfold_is_as_far_and_shares_are_of_the_first() {
        let line = Line {
            name: "a < b".to_owned(),
            points: vec![point(10_000, 0.4), point(100_000, 0.4), point(1_000_000, 0.2)],
        };
        let svg = draw(&[line]);
        // From 60 to 480; 100 per cent is two sevenths below the top, 50 per cent nine fourteenths.
        assert!(svg.contains("points=\"60.0,94.3 270.0,94.3 480.0,187.1\""), "{svg}");
        assert!(svg.contains(">10,000</text>") && svg.contains("a &lt; b</text>"), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 3);
    }

    #[test]
    fn nothing_leaves_the_picture() {
        let svg = draw(&[Line { name: "a".to_owned(), points: vec![point(10, 1.0), point(100, 9.0)] }]);
        assert!(svg.contains("480.0,20.0\""), "{svg}");
        assert!(!svg.contains("NaN"));
    }
}
