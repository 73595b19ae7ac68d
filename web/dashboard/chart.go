package dashboard

import (
	"bytes"
	"fmt"
	"html/template"
	"math"
	"regexp"
	"time"

	"github.com/go-analyze/charts"

	"ask4.com/skarga/complaint/figures"
)

// Chart is a drawing that stands in the page as it is.
type Chart struct {
	Title string
	SVG   template.HTML // drawn from numbers and our own words only
}

// The colours are told apart by those who see no red or green, and on paper.
var (
	blue   = charts.Color{R: 0x1f, G: 0x6f, B: 0xb2, A: 255}
	orange = charts.Color{R: 0xe0, G: 0x7b, B: 0x00, A: 255}
	purple = charts.Color{R: 0x6b, G: 0x2f, B: 0x8a, A: 255}
)

// Charts draws what a manager looks at first. What has no numbers is left out.
func Charts(r figures.Report) ([]Chart, error) {
	var all []Chart
	for _, c := range []struct {
		title string
		bars  bars
	}{
		{"Received and ended", flow(r)},
		{"Promises that fell due", keeping(r)},
		{"Open at the end, by age", bars{labels: []string{"to 28 days", "29-42", "over 42"}, colours: []charts.Color{blue},
			series: []string{"open"}, values: [][]float64{{float64(r.Ages.Young.N), float64(r.Ages.Over28.N), float64(r.Ages.Over42.N)}}}},
		{"Received by channel", named(r.Channels)},
		{"Received by category", named(r.Categories)},
		{"Received by team", named(r.Teams)},
	} {
		if c.bars.empty() {
			continue
		}
		svg, err := c.bars.draw()
		if err != nil {
			return nil, fmt.Errorf("dashboard: chart %q: %w", c.title, err)
		}
		all = append(all, Chart{c.title, svg})
	}
	return all, nil
}

// bars is a bar chart: values by series and label.
type bars struct {
	labels  []string
	series  []string
	values  [][]float64
	colours []charts.Color
	stacked bool
}

func (b bars) empty() bool {
	for _, s := range b.values {
		for _, v := range s {
			if v > 0 {
				return false
			}
		}
	}
	return true
}

// mostSteps is how many pairs of bars are wide enough to be seen.
const mostSteps = 31

// flow is what came and went, by day, week, month or year: whichever is the first that
// leaves room for the bars.
func flow(r figures.Report) (b bars) {
	for _, begins := range []struct {
		label string
		of    func(y int, m time.Month, d int, weekday int) time.Time
	}{
		{"2", func(y int, m time.Month, d, _ int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }},
		{"2 Jan", func(y int, m time.Month, d, weekday int) time.Time {
			return time.Date(y, m, d-(weekday+6)%7, 0, 0, 0, 0, time.UTC)
		}},
		{"Jan 06", func(y int, m time.Month, _, _ int) time.Time { return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC) }},
		{"2006", func(y int, _ time.Month, _, _ int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }},
	} {
		b = bars{series: []string{"received", "ended"}, values: [][]float64{{}, {}}, colours: []charts.Color{blue, orange}}
		var last time.Time
		for _, d := range r.Days {
			day, err := time.Parse(time.DateOnly, d.Date)
			if err != nil {
				continue // the figures write no other form
			}
			y, m, n := day.Date()
			if at := begins.of(y, m, n, int(day.Weekday())); !at.Equal(last) {
				last = at
				b.labels = append(b.labels, at.Format(begins.label))
				b.values[0], b.values[1] = append(b.values[0], 0), append(b.values[1], 0)
			}
			i := len(b.labels) - 1
			b.values[0][i] += float64(d.Received)
			b.values[1][i] += float64(d.Ended)
		}
		if len(b.labels) <= mostSteps {
			break
		}
	}
	wide := 0
	for _, label := range b.labels {
		wide = max(wide, 7*len(label)+8)
	}
	every := (len(b.labels)*wide + width - 51) / (width - 50) // so that labels do not run together
	last := len(b.labels) - 1
	tight := 2*every*(width-50) < 3*wide*len(b.labels)
	for i := range b.labels {
		// The last label is drawn to the left of the chart's edge, and needs the room before it.
		if i%every != 0 || tight && i == last-every && last%every == 0 {
			b.labels[i] = ""
		}
	}
	return b
}

// keeping is how promises were kept.
func keeping(r figures.Report) bars {
	b := bars{series: []string{"on time", "late", "missed"}, values: [][]float64{{}, {}, {}}, colours: []charts.Color{blue, orange, purple}, stacked: true}
	short := []string{"acknowledge", "update", "respond", "review", "ombudsman", "comply"}
	for i, k := range r.Kept {
		if k.Due.N == 0 {
			continue
		}
		b.labels = append(b.labels, short[i])
		for j, c := range []figures.Count{k.OnTime, k.Late, k.Missed} {
			b.values[j] = append(b.values[j], float64(c.N))
		}
	}
	return b
}

// mostBars is how many names a chart shows; the table has them all.
const mostBars = 8

func named(list []figures.Named) bars {
	b := bars{series: []string{"received"}, values: [][]float64{{}}, colours: []charts.Color{blue}}
	for _, n := range list[:min(len(list), mostBars)] {
		b.labels = append(b.labels, name(n.Name))
		b.values[0] = append(b.values[0], float64(n.N))
	}
	return b
}

// highest is the top of the tallest bar.
func (b bars) highest() float64 {
	most := 0.0
	for i := range b.labels {
		sum := 0.0
		for _, s := range b.values {
			if b.stacked {
				sum += s[i]
			} else {
				sum = max(sum, s[i])
			}
		}
		most = max(most, sum)
	}
	return most
}

// scale gives a top that is not below the highest bar, at most five whole steps of
// 1, 2 or 5 and their tenfolds.
func scale(highest float64) (top float64, steps int) {
	for unit := 1.0; ; unit *= 10 {
		for _, step := range []float64{unit, 2 * unit, 5 * unit} {
			if n := math.Ceil(highest / step); n <= 5 {
				return max(n, 1) * step, int(max(n, 1))
			}
		}
	}
}

// width and height are in the drawing's own units; the page scales it.
const width, height = 420, 260

// fixed are the sizes that the library writes; without them the page can scale it.
var fixed = regexp.MustCompile(`^<svg ([^>]*?)width="\d+" height="\d+"`)

func (b bars) draw() (template.HTML, error) {
	opt := charts.NewBarChartOptionWithData(b.values)
	opt.Theme = charts.GetTheme(charts.ThemeLight).WithSeriesColors(b.colours)
	opt.CategoryAxis.Labels, opt.CategoryAxis.LabelCount = b.labels, len(b.labels)
	opt.StackSeries = charts.Ptr(b.stacked)
	top, steps := scale(b.highest())
	opt.ValueAxis = []charts.ValueAxisOption{{Min: charts.Ptr(0.0), Max: charts.Ptr(top), LabelCount: steps + 1, RangeValuePaddingScale: charts.Ptr(0.0)}}
	opt.ValueFormatter = func(v float64) string { return fmt.Sprintf("%.0f", v) }
	if len(b.series) > 1 {
		opt.Legend.SeriesNames = b.series
	}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputSVG, Width: width, Height: height})
	if err := p.BarChart(opt); err != nil {
		return "", err
	}
	svg, err := p.Bytes()
	if err != nil {
		return "", err
	}
	svg = fixed.ReplaceAll(bytes.TrimSpace(svg), fmt.Appendf(nil, `<svg ${1}role="img" viewBox="0 0 %d %d"`, width, height))
	return template.HTML(svg), nil
}
