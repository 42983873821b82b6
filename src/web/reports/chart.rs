//! Charts as SVG, drawn by plotters. Its colours are names: `reports.css` gives each
//! a token, so that one picture does for light, dark and paper.

use plotters::backend::SVGBackend;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::rich::{self, Markup};
use crate::web::view::grouped;

/// A colour that the style sheet knows by its number.
const fn named(n: u8) -> RGBColor {
    RGBColor(1, 0, n)
}

const FIRST: RGBColor = named(1);
const SECOND: RGBColor = named(2);
const INK: RGBColor = named(3);
const GRID: RGBColor = named(4);
/// From nothing to most.
const HEAT: [RGBColor; 5] = [named(10), named(11), named(12), named(13), named(14)];

/// A picture at one size; the style sheet shows the one that fits.
pub struct Drawing {
    pub width: u32,
    pub height: u32,
    /// What is inside the `svg`: made by plotters, which escapes all texts.
    pub shapes: Markup,
}

/// A chart in two sizes, with its words.
pub struct Chart {
    pub wide: Drawing,
    pub narrow: Drawing,
    /// What it shows, for whoever does not see it.
    pub alt: String,
}

/// What can go wrong while text is put together: nothing that a person could mend.
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

const WIDE: (u32, u32) = (500, 190);
const NARROW: (u32, u32) = (330, 190);

fn both(alt: String, sizes: [(u32, u32); 2], draw: impl Fn(&Area<'_>) -> Drawn) -> Chart {
    let [wide, narrow] = sizes.map(|size| drawing(size, &draw));
    Chart { wide, narrow, alt }
}

fn drawing((width, height): (u32, u32), draw: impl Fn(&Area<'_>) -> Drawn) -> Drawing {
    let mut text = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
        draw(&area).and_then(|()| area.present())
    };
    if let Err(error) = drawn {
        tracing::error!(%error, "a chart could not be drawn");
    }
    // The page writes the outermost element itself, with what it is called.
    let inner = text.split_once('>').map_or("", |(_, rest)| rest);
    let shapes = inner.rsplit_once("</svg>").map_or(inner, |(shapes, _)| shapes);
    Drawing { width, height, shapes: rich::trusted(shapes.to_owned()) }
}

fn words(size: u32, h: HPos, v: VPos) -> TextStyle<'static> {
    ("sans-serif", f64::from(size)).into_font().color(&INK).pos(Pos::new(h, v))
}

/// A line of values, by day.
pub struct Series {
    pub values: Vec<Option<f64>>,
}

/// Two bars for each day.
pub fn bars(alt: String, days: &[String], series: &[Series; 2]) -> Chart {
    both(alt, [WIDE, NARROW], |area| {
        plot(area, days, series, 1.0, |chart, style, which, values| {
            let (from, to) = if which == 0 { (0.14, 0.5) } else { (0.5, 0.86) };
            let bars = values.iter().enumerate().filter_map(|(at, value)| {
                let (at, value) = (at as f64, (*value)?);
                Some(Rectangle::new([(at + from, 0.0), (at + to, value)], style.filled()))
            });
            chart.draw_series(bars).map(|_| ())
        })
    })
}

/// Two lines over the days; a day without a value is left out.
pub fn lines(alt: String, days: &[String], series: &[Series; 2]) -> Chart {
    both(alt, [WIDE, NARROW], |area| {
        plot(area, days, series, 0.25, |chart, style, _, values| {
            let points: Vec<(f64, f64)> = values
                .iter()
                .enumerate()
                .filter_map(|(at, value)| Some((at as f64 + 0.5, (*value)?)))
                .collect();
            chart.draw_series([PathElement::new(points.clone(), style.stroke_width(2))])?;
            let dots = points.into_iter().map(|point| Circle::new(point, 3, style.filled()));
            chart.draw_series(dots).map(|_| ())
        })
    })
}

type Plot<'a, 'b> = ChartContext<
    'b,
    SVGBackend<'a>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// Axes, and the two series one after the other.
fn plot(
    area: &Area<'_>,
    days: &[String],
    series: &[Series; 2],
    least: f64,
    draw: impl Fn(&mut Plot<'_, '_>, RGBColor, usize, &[Option<f64>]) -> Drawn,
) -> Drawn {
    let values = series.iter().flat_map(|one| &one.values).flatten();
    let most = values.fold(0.0_f64, |most, value| most.max(*value));
    let (step, top) = scale(most, least);
    let (width, height) = area.dim_in_pixel();
    let mut chart = ChartBuilder::on(area)
        .margin_top(8)
        .margin_right(4)
        .set_label_area_size(LabelAreaPosition::Left, 36)
        .set_label_area_size(LabelAreaPosition::Bottom, 22)
        .build_cartesian_2d(0.0..days.len().max(1) as f64, 0.0..top)?;
    let mut tick = 0.0;
    while tick <= top + step / 2.0 {
        let line = PathElement::new(vec![(0.0, tick), (days.len() as f64, tick)], GRID);
        chart.draw_series([line])?;
        let (_, y) = chart.backend_coord(&(0.0, tick));
        let at = (28, y);
        area.draw(&Text::new(number(tick), at, words(14, HPos::Right, VPos::Center)))?;
        tick += step;
    }
    // As many days as have room for their names.
    let every = (days.len() as u32 * 56).div_ceil(width).max(1) as usize;
    for (at, day) in days.iter().enumerate().step_by(every) {
        let (x, _) = chart.backend_coord(&(at as f64 + 0.5, 0.0));
        let below = i32::try_from(height).unwrap_or(i32::MAX) - 16;
        area.draw(&Text::new(day.clone(), (x, below), words(14, HPos::Center, VPos::Top)))?;
    }
    for (which, (one, style)) in series.iter().zip([FIRST, SECOND]).enumerate() {
        draw(&mut chart, style, which, &one.values)?;
    }
    Ok(())
}

/// A step of 1, 2 or 5 times a power of ten, `least` or more, so that about four lie
/// below `most`.
fn scale(most: f64, least: f64) -> (f64, f64) {
    if most <= 0.0 {
        return (1.0, 1.0);
    }
    let rough = most / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * power).into_iter().find(|step| *step >= rough);
    let step = step.unwrap_or(rough).max(least);
    (step, (most / step).ceil() * step)
}

fn number(value: f64) -> String {
    if (value - value.round()).abs() < 0.001 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

/// A square for each hour of the week, the darker the more.
pub fn week(alt: String, days: &[&str; 7], values: &[[i64; 24]; 7]) -> Chart {
    let most = values.iter().flatten().copied().max().unwrap_or(0);
    let shade = |value: i64| match value {
        0 => HEAT[0],
        value => HEAT[usize::try_from(1 + (value - 1) * 4 / most.max(1)).unwrap_or(4).min(4)],
    };
    both(alt, [(500, 196), (330, 196)], |area| {
        let (width, _) = area.dim_in_pixel();
        let (left, height) = (34, 24);
        let cell = (i32::try_from(width).unwrap_or(i32::MAX) - left) / 24;
        for (row, (day, hours)) in (0..).zip(days.iter().zip(values)) {
            let top = row * height;
            let name = words(14, HPos::Right, VPos::Center);
            area.draw(&Text::new(*day, (left - 6, top + height / 2), name))?;
            for (column, value) in (0..).zip(hours) {
                let from = (left + column * cell, top);
                let to = (from.0 + cell - 2, top + height - 2);
                area.draw(&Rectangle::new([from, to], shade(*value).filled()))?;
            }
        }
        for hour in (0..24).step_by(if width < 400 { 6 } else { 3 }) {
            let at = (left + hour * cell + cell / 2, 7 * height + 6);
            area.draw(&Text::new(format!("{hour:02}"), at, words(14, HPos::Center, VPos::Top)))?;
        }
        Ok(())
    })
}

/// A bar for each name, from the left.
pub fn ranking(alt: String, rows: &[(String, i64)]) -> Chart {
    let most = rows.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let height = u32::try_from(rows.len()).unwrap_or(1).max(1) * 28;
    both(alt, [(560, height), (330, height)], |area| {
        let (width, _) = area.dim_in_pixel();
        let width = i32::try_from(width).unwrap_or(i32::MAX);
        let left = (width * 2 / 5).min(180);
        let room = i64::from(width - left - 52);
        for (row, (name, n)) in (0..).zip(rows) {
            let middle = row * 28 + 14;
            let fits = usize::try_from(left / 8).unwrap_or(20);
            let short = crate::models::text::excerpt(name, fits);
            area.draw(&Text::new(short, (0, middle), words(15, HPos::Left, VPos::Center)))?;
            let end = left + i32::try_from(n * room / most).unwrap_or(0).max(2);
            let bar = Rectangle::new([(left, middle - 7), (end, middle + 7)], FIRST.filled());
            area.draw(&bar)?;
            let style = words(15, HPos::Left, VPos::Center);
            area.draw(&Text::new(grouped(*n), (end + 8, middle), style))?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_has_round_steps_and_holds_the_most() {
        for (most, least, expected) in [
            (0.0, 1.0, (1.0, 1.0)),
            (2.0, 1.0, (1.0, 2.0)),
            (2.0, 0.25, (0.5, 2.0)),
            (4.0, 1.0, (1.0, 4.0)),
            (66.0, 1.0, (20.0, 80.0)),
        ] {
            assert_eq!(scale(most, least), expected, "{most}");
        }
    }

    #[test]
    fn a_name_is_a_text_and_nothing_else() {
        let chart = ranking(String::new(), &[("<b>&".to_owned(), 3)]);
        let shapes = chart.wide.shapes.to_string();
        assert!(shapes.contains("&lt;b&gt;&amp;"), "{shapes}");
        assert!(!shapes.contains("<b>") && !shapes.contains("style="));
    }
}
