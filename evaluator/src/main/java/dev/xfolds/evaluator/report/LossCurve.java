package dev.xfolds.evaluator.report;

import dev.xfolds.contract.v1.LossPoint;
import java.util.List;

/** The training loss over the steps as SVG. */
final class LossCurve {

  private static final int WIDTH = 960;
  private static final int HEIGHT = 280;
  private static final int LEFT = 64;
  private static final int RIGHT = 16;
  private static final int TOP = 16;
  private static final int BOTTOM = 44;

  private final List<LossPoint> points;
  private final double maxStep;
  private final double maxLoss;

  private LossCurve(List<LossPoint> points) {
    this.points = points;
    this.maxStep = Math.max(1, points.stream().mapToLong(LossPoint::getStep).max().orElse(1));
    double highest = points.stream().mapToDouble(LossPoint::getLoss).max().orElse(1);
    this.maxLoss = highest > 0 ? highest : 1;
  }

  /** The curve, or a sentence if there are fewer than two finite points. */
  static String render(List<LossPoint> all) {
    List<LossPoint> points = all.stream().filter(p -> Float.isFinite(p.getLoss())).toList();
    if (points.size() < 2) {
      return "<p>The model's card has no loss curve.</p>\n";
    }
    return new LossCurve(points).svg();
  }

  private String svg() {
    StringBuilder svg = new StringBuilder();
    LossPoint first = points.getFirst();
    LossPoint last = points.getLast();
    svg.append(
        Html.format(
            """
            <svg class="chart" viewBox="0 0 %d %d" role="img" aria-label="Training loss, from %.3g at step %d to %.3g at step %d">
            """,
            WIDTH, HEIGHT, first.getLoss(), first.getStep(), last.getLoss(), last.getStep()));
    double lossTick = tick(maxLoss, 5);
    for (int i = 0; i * lossTick <= maxLoss * 1.0001; i++) {
      double y = y(i * lossTick);
      svg.append(
          Html.format(
              """
              <line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%s</text>
              """,
              LEFT,
              WIDTH - RIGHT,
              y,
              y,
              LEFT - 8,
              y + 4,
              Html.format("%." + decimals(lossTick) + "f", i * lossTick)));
    }
    double stepTick = Math.max(1, tick(maxStep, 8));
    for (int i = 0; i * stepTick <= maxStep * 1.0001; i++) {
      svg.append(
          Html.format(
              """
              <text x="%.1f" y="%d" text-anchor="middle">%s</text>
              """,
              x(i * stepTick), HEIGHT - BOTTOM + 18, Html.count(Math.round(i * stepTick))));
    }
    StringBuilder path = new StringBuilder();
    for (LossPoint point : points) {
      path.append(path.isEmpty() ? 'M' : 'L')
          .append(
              Html.format(
                  "%.1f %.1f", x((double) point.getStep()), y(Math.max(0, point.getLoss()))));
    }
    svg.append(
        Html.format(
            """
            <path class="loss" d="%s"/>
            <text x="%d" y="%d" text-anchor="middle">step</text>
            <text transform="translate(14 %d) rotate(-90)" text-anchor="middle">loss</text>
            </svg>
            """,
            path, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, (TOP + HEIGHT - BOTTOM) / 2));
    return svg.toString();
  }

  private double x(double step) {
    return LEFT + step / maxStep * (WIDTH - LEFT - RIGHT);
  }

  private double y(double loss) {
    return HEIGHT - BOTTOM - loss / maxLoss * (HEIGHT - TOP - BOTTOM);
  }

  /** A round distance (1, 2 or 5 times a power of ten) that gives at most so many intervals. */
  static double tick(double range, int intervals) {
    double rough = range / intervals;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= rough * 0.9999) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static int decimals(double tick) {
    return (int) Math.max(0, -Math.floor(Math.log10(tick) + 1e-9));
  }
}
