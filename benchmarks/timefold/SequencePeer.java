import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.solution.PlanningEntityProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.solution.ProblemFactCollectionProperty;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningListVariable;
import ai.timefold.solver.core.api.score.buildin.bendablelong.BendableLongScore;
import ai.timefold.solver.core.api.score.calculator.IncrementalScoreCalculator;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.score.director.ScoreDirectorFactoryConfig;
import ai.timefold.solver.core.config.solver.EnvironmentMode;
import ai.timefold.solver.core.config.solver.SolverConfig;
import ai.timefold.solver.core.config.solver.termination.TerminationConfig;
import ai.timefold.solver.core.impl.solver.DefaultSolver;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * Sequences a day with Timefold: one line with a list of cars, scored incrementally; ratios and
 * colour changes as in the ROADEF 2005 challenge, the batch limit hard, levels lexicographic.
 *
 * <p>Arguments: the day (written by sequence_peers.py), where to write the order, seconds, seed.
 */
public final class SequencePeer {
    static final int LEVELS = 3;

    /** A car: its place in the input, its colour, its options. */
    public static final class Car {
        final int at;
        final int colour;
        final boolean[] options;

        Car(int at, int colour, boolean[] options) {
            this.at = at;
            this.colour = colour;
            this.options = options;
        }
    }

    /** A ratio rule: at most so many cars with its option in a window; one rule per option. */
    record Ratio(int most, int window, int level) {}

    /** What does not change while solving. */
    static final class Data {
        Car[] before;
        Ratio[] ratios;
        int paintLevel;
        int batch;
    }

    @PlanningEntity
    public static class Line {
        @PlanningListVariable
        public List<Car> cars = new ArrayList<>();

        public Line() {}
    }

    @PlanningSolution
    public static class Plan {
        @ProblemFactCollectionProperty
        @ValueRangeProvider
        public List<Car> all = new ArrayList<>();

        @PlanningEntityProperty
        public Line line = new Line();

        @PlanningScore(bendableHardLevelsSize = 1, bendableSoftLevelsSize = LEVELS)
        public BendableLongScore score;

        public Plan() {}
    }

    /** Counts what a change touches before it and after it. */
    public static class Calculator implements IncrementalScoreCalculator<Plan, BendableLongScore> {
        static Data data;
        private List<Car> cars = List.of();
        private long hard;
        private final long[] soft = new long[LEVELS];

        @Override
        public void resetWorkingSolution(Plan plan) {
            cars = plan.line.cars;
            hard = 0;
            java.util.Arrays.fill(soft, 0);
            add(0, cars.size(), 1);
        }

        @Override
        public void beforeListVariableChanged(Object line, String name, int from, int to) {
            add(from, to, -1);
        }

        @Override
        public void afterListVariableChanged(Object line, String name, int from, int to) {
            add(from, to, 1);
        }

        private Car car(int at) {
            return at >= 0 ? cars.get(at) : data.before[data.before.length + at];
        }

        /** Adds the cost, times a sign, of everything that positions from..to-1 take part in. */
        private void add(int from, int to, int sign) {
            if (to <= from) {
                return;
            }
            int n = cars.size();
            int known = data.before.length;
            for (int o = 0; o < data.ratios.length; o++) {
                Ratio ratio = data.ratios[o];
                int first = Math.max(Math.max(from - ratio.window() + 1, -known), 1 - ratio.window());
                int inside = 0;
                long cost = 0;
                int end = Math.min(first + ratio.window(), n);
                for (int at = first; at < end; at++) {
                    if (car(at).options[o]) {
                        inside++;
                    }
                }
                for (int begin = first; begin < to; begin++) {
                    if (inside > ratio.most()) {
                        cost += inside - ratio.most();
                    }
                    if (car(begin).options[o]) {
                        inside--;
                    }
                    int next = begin + ratio.window();
                    if (next < n && car(next).options[o]) {
                        inside++;
                    }
                }
                soft[ratio.level()] += sign * cost;
            }
            int changes = 0;
            for (int at = from; at <= Math.min(to, n - 1); at++) {
                if (at + known > 0 && car(at).colour != car(at - 1).colour) {
                    changes++;
                }
            }
            soft[data.paintLevel] += sign * changes;
            hard += sign * tooLong(from, to);
        }

        /** Returns by how much the runs that positions from..to-1 touch are too long. */
        private int tooLong(int from, int to) {
            int n = cars.size();
            int start = from;
            if (start > 0) {
                start--;
                while (start > 0 && cars.get(start).colour == cars.get(start - 1).colour) {
                    start--;
                }
            }
            int cost = 0;
            int length = 0;
            int colour = -1;
            for (int at = start; at < n; at++) {
                Car car = cars.get(at);
                if (car.colour != colour) {
                    if (at > to) {
                        break;
                    }
                    colour = car.colour;
                    length = 0;
                }
                length++;
                if (length > data.batch) {
                    cost++;
                }
            }
            return cost;
        }

        @Override
        public BendableLongScore calculateScore() {
            long[] figures = new long[LEVELS];
            for (int level = 0; level < LEVELS; level++) {
                figures[level] = -soft[level];
            }
            return BendableLongScore.of(new long[] {-hard}, figures);
        }

        @Override
        public void beforeEntityAdded(Object entity) {}

        @Override
        public void afterEntityAdded(Object entity) {}

        @Override
        public void beforeVariableChanged(Object entity, String name) {}

        @Override
        public void afterVariableChanged(Object entity, String name) {}

        @Override
        public void beforeEntityRemoved(Object entity) {}

        @Override
        public void afterEntityRemoved(Object entity) {}
    }

    private static Plan read(Path path) throws Exception {
        Data data = new Data();
        Plan plan = new Plan();
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            StringTokenizer head = new StringTokenizer(lines.readLine());
            int known = Integer.parseInt(head.nextToken());
            int cars = Integer.parseInt(head.nextToken());
            int options = Integer.parseInt(head.nextToken());
            data.paintLevel = Integer.parseInt(head.nextToken());
            data.batch = Integer.parseInt(head.nextToken());
            data.ratios = new Ratio[options];
            for (int o = 0; o < options; o++) {
                StringTokenizer line = new StringTokenizer(lines.readLine());
                data.ratios[o] =
                        new Ratio(
                                Integer.parseInt(line.nextToken()),
                                Integer.parseInt(line.nextToken()),
                                Integer.parseInt(line.nextToken()));
            }
            data.before = new Car[known];
            for (int at = 0; at < known + cars; at++) {
                StringTokenizer line = new StringTokenizer(lines.readLine());
                int colour = Integer.parseInt(line.nextToken());
                boolean[] fitted = new boolean[options];
                for (int o = 0; o < options; o++) {
                    fitted[o] = line.nextToken().equals("1");
                }
                Car car = new Car(at - known, colour, fitted);
                if (at < known) {
                    data.before[at] = car;
                } else {
                    plan.all.add(car);
                }
            }
        }
        plan.line.cars.addAll(plan.all);
        Calculator.data = data;
        return plan;
    }

    public static void main(String[] args) throws Exception {
        Plan start = read(Path.of(args[0]));
        long seconds = Long.parseLong(args[2]);
        SolverConfig config =
                new SolverConfig()
                        .withSolutionClass(Plan.class)
                        .withEntityClasses(Line.class)
                        .withEnvironmentMode(EnvironmentMode.NO_ASSERT)
                        .withRandomSeed(Long.parseLong(args[3]))
                        .withScoreDirectorFactory(
                                new ScoreDirectorFactoryConfig()
                                        .withIncrementalScoreCalculatorClass(Calculator.class))
                        .withTerminationConfig(
                                new TerminationConfig().withSpentLimit(
                                        java.time.Duration.ofSeconds(seconds)));
        DefaultSolver<Plan> solver =
                (DefaultSolver<Plan>) SolverFactory.<Plan>create(config).buildSolver();
        Plan best = solver.solve(start);
        StringBuilder text = new StringBuilder();
        for (Car car : best.line.cars) {
            text.append(car.at).append('\n');
        }
        Files.writeString(Path.of(args[1]), text);
        StringBuilder line = new StringBuilder();
        line.append(solver.getMoveEvaluationCount());
        line.append(' ').append(-best.score.hardScore(0));
        for (int level = 0; level < LEVELS; level++) {
            line.append(' ').append(-best.score.softScore(level));
        }
        System.out.println(line);
    }
}
