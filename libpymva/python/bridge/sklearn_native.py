# SPDX-License-Identifier: LGPL-2.1-or-later
"""Trained estimators of scikit-learn as stages of a model file (docs/model-file.md).

The module that CONVERTERS names for the class of an estimator turns it into stages. It has

    convert(graph, model, response, source) -> number of a stage

which adds stages to the graph. `source` is the number of the stage that gives the estimator its
inputs, -1 for the variables; `response` is what the stage that is returned answers with:

    "predict_proba"      one column for each of model.classes_, in their order; of two classes, only
                         the column of the second
    "decision_function"  one column for each class; of two classes, one in all
    "predict"            of a regression, one column for each target; of classes as "predict_proba",
                         1 for the class that it names and 0 for the others
    "transform"          the columns that a transformer makes

What cannot be expressed to the last bit (of networks and linear models: closely) raises
Inexpressible. Ensembles convert their members with convert() of this module."""

import importlib

import numpy as np

from . import sklearn_common

# The modules, and the names of the classes of scikit-learn that they know.
MODULES = {
    "sklearn_ensembles": (
        "AdaBoostClassifier", "AdaBoostRegressor", "DecisionTreeClassifier",
        "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor",
        "ExtraTreesClassifier", "ExtraTreesRegressor", "GradientBoostingClassifier",
        "GradientBoostingRegressor", "HistGradientBoostingClassifier",
        "HistGradientBoostingRegressor", "RandomForestClassifier", "RandomForestRegressor"),
    "sklearn_linear": (
        "ARDRegression", "BayesianRidge", "BernoulliNB", "CCA", "ComplementNB",
        "ElasticNet", "ElasticNetCV", "GammaRegressor", "GaussianNB", "HuberRegressor",
        "Lars", "LarsCV", "Lasso", "LassoCV", "LassoLars", "LassoLarsCV", "LassoLarsIC",
        "LinearDiscriminantAnalysis", "LinearRegression", "LinearSVC", "LinearSVR",
        "LogisticRegression", "LogisticRegressionCV", "MLPClassifier", "MLPRegressor",
        "MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso",
        "MultiTaskLassoCV", "MultinomialNB", "NuSVC", "NuSVR", "OrthogonalMatchingPursuit",
        "OrthogonalMatchingPursuitCV", "PLSCanonical", "PLSRegression",
        "PassiveAggressiveClassifier", "PassiveAggressiveRegressor", "Perceptron",
        "PoissonRegressor", "QuadraticDiscriminantAnalysis", "QuantileRegressor", "Ridge",
        "RidgeCV", "RidgeClassifier", "RidgeClassifierCV", "SGDClassifier", "SGDRegressor",
        "SVC", "SVR", "TheilSenRegressor", "TweedieRegressor"),
    "sklearn_meta": (
        "BaggingClassifier", "BaggingRegressor", "CalibratedClassifierCV",
        "DummyClassifier", "DummyRegressor", "FixedThresholdClassifier", "FrozenEstimator",
        "GridSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV",
        "MultiOutputRegressor", "OneVsOneClassifier", "OneVsRestClassifier", "Pipeline",
        "RANSACRegressor", "RFE", "RFECV", "RandomizedSearchCV", "RegressorChain",
        "SelfTrainingClassifier", "StackingClassifier", "StackingRegressor",
        "TransformedTargetRegressor", "TunedThresholdClassifierCV", "VotingClassifier",
        "VotingRegressor"),
    "sklearn_transformers": (
        "Binarizer", "ColumnTransformer", "FastICA", "FeatureUnion", "FunctionTransformer",
        "GaussianRandomProjection", "GenericUnivariateSelect", "IncrementalPCA",
        "MaxAbsScaler", "MinMaxScaler", "Normalizer", "PCA", "QuantileTransformer",
        "RobustScaler", "SelectFdr", "SelectFpr", "SelectFromModel", "SelectFwe",
        "SelectKBest", "SelectPercentile", "SequentialFeatureSelector", "SimpleImputer",
        "SparseRandomProjection", "StandardScaler", "TruncatedSVD", "VarianceThreshold"),
}
CONVERTERS = {name: module for module, names in MODULES.items() for name in names}
# Estimators of others, by framework and class.
BOOSTERS = {
    ("lightgbm", "LGBMClassifier"): "sklearn_boosters",
    ("lightgbm", "LGBMRegressor"): "sklearn_boosters",
    ("xgboost", "XGBClassifier"): "sklearn_boosters",
    ("xgboost", "XGBRFClassifier"): "sklearn_boosters",
    ("xgboost", "XGBRFRegressor"): "sklearn_boosters",
    ("xgboost", "XGBRegressor"): "sklearn_boosters",
}
# The modules of what compares its inputs.
TREES = ("sklearn_boosters", "sklearn_ensembles")

# The variables, as the source of an estimator.
VARIABLES = -1

# Stages, and functions of a link stage, that do not give the framework's numbers to the last bit.
INEXACT_KINDS = ("linear", "mlp")
# Stages that may take numbers of a framework that are float32: those that compute nothing with
# them, or nothing that is promised to the last bit.
SINGLE_KINDS = ("forest", "interpolate", "lightgbm", "linear", "mlp", "select", "xgboost")
INEXACT_LINKS = ("exponential", "logistic", "sigmoid", "softmax", "tanh", "unit-l1", "unit-l2")
# The stages that a model file may have, and how many of them are left to transforms in front.
MOST_STAGES = 1000
FRONT_STAGES = 100
# How much the answers to events may change with the last bits of these: a part of what the answers
# of a native engine may be off. Answers are float32, whose own steps it exceeds.
MOST_CHANGE = 2e-6


class Inexpressible(Exception):
    """No native engine gives an estimator's answers; the text says why."""


class Graph:
    """Stages, as they grow, and their tables."""

    def __init__(self, n_variables):
        self.n_variables = n_variables
        self.stages = []
        self.tables = {}
        self.widths = []
        # Stages whose columns the framework takes as float64, whatever they are.
        self.widened = set()

    def width(self, number):
        """How many columns a stage gives; for VARIABLES how many there are."""
        return self.n_variables if number == VARIABLES else self.widths[number]

    def add(self, kind, width, tables=None, **members):
        """Adds a stage that gives `width` columns, and returns its number. Its tables are arrays of
        the types that the file has; members are words, numbers and lists of them, such as `input`
        (the number of one stage) or `inputs` (those of several). Without either it takes the
        columns of the stage before."""
        number = len(self.stages)
        sources = members.get("inputs", [members.get("input", number - 1)])
        if kind not in SINGLE_KINDS and "dtype" not in members and any(
                map(self.is_single, sources)):
            raise Inexpressible("it goes on in float32 with what boosted trees answer")
        stage = {"kind": kind, **members}
        for key, array in (tables or {}).items():
            stage[key] = f"{kind}{number}.{key}"
            self.tables[stage[key]] = np.ascontiguousarray(array)
        self.stages.append(stage)
        self.widths.append(width)
        return number

    def select(self, source, columns):
        """Adds a stage that takes some columns, in this order."""
        return self.add("select", len(columns), columns=[int(column) for column in columns],
                        input=source)

    def join(self, sources):
        """Adds a stage that puts the columns of several stages side by side."""
        width = sum(self.width(source) for source in sources)
        return self.add("select", width, columns=list(range(width)), inputs=list(sources))

    def link(self, source, function):
        """Adds a function of all columns."""
        return self.add("link", self.width(source), function=function, input=source)

    def divide(self, source, number):
        """Adds a division of all columns by one number."""
        width = self.width(source)
        return self.add("affine", width, {"divide": np.full(width, number, dtype=np.float64)},
                        input=source)

    def matrix(self, source, rows):
        """Adds a multiplication of the columns by a matrix, given by its rows."""
        return self.add("matrix", len(rows), {"matrix": np.array(rows, dtype=np.float64)},
                        input=source)

    def add_network(self, source, width, layers, tables):
        """Adds a network in float64: its layers, which name their tables."""
        number = len(self.stages)
        prefix = f"mlp{number}."
        self.tables.update({prefix + name: np.ascontiguousarray(table)
                            for name, table in tables.items()})
        layers = [{key: value if key == "type" else prefix + value
                   for key, value in layer.items()} for layer in layers]
        return self.add("mlp", width, input=source, precision="float64", layers=layers)

    def sources(self, number):
        """The numbers of the stages whose columns a stage takes."""
        stage = self.stages[number]
        return stage.get("inputs", [stage.get("input", number - 1)])

    def is_single(self, number):
        """Whether the columns of a stage are float32 in the framework, too, which goes on with them
        in that type unless that is said with widen()."""
        if number in self.widened:
            return False
        if number == VARIABLES or self.stages[number]["kind"] == "xgboost":
            return number != VARIABLES
        return self.stages[number]["kind"] == "select" and all(
            map(self.is_single, self.sources(number)))

    def widen(self, number):
        """Says that the framework computes in float64 with the columns of a stage; returns it."""
        self.widened.add(number)
        return number

    def is_exact(self, number):
        """Whether the columns of a stage are the framework's to the last bit."""
        if number == VARIABLES:
            return True
        stage = self.stages[number]
        if stage["kind"] in INEXACT_KINDS or stage.get("function") in INEXACT_LINKS or \
                (stage["kind"] == "interpolate" and not stage.get("slopes")):
            return False
        return all(map(self.is_exact, self.sources(number)))

    def sums_products(self, number):
        """Whether a stage, or one before it, sums products in an order that is not the framework's.
        The links do not: after trees alone, they are off by their own last bits only."""
        return number != VARIABLES and (self.stages[number]["kind"] in INEXACT_KINDS or
                                        any(map(self.sums_products, self.sources(number))))

    def dump(self):
        """What an adapter's `to_native` returns."""
        description = {"kind": "stages", "n_features": self.n_variables, "stages": self.stages}
        return description, self.tables


def convert(graph, model, response, source=VARIABLES):
    """Adds the stages of an estimator, and returns the number of the last one."""
    name = type(model).__name__
    framework = type(model).__module__.partition(".")[0]
    module = CONVERTERS.get(name) if framework == "sklearn" else BOOSTERS.get((framework, name))
    if module is None:
        raise Inexpressible(f"there is no native engine for {name}")
    if module in TREES and not graph.is_exact(source):
        raise Inexpressible("what trees compare would not be exact")
    module = importlib.import_module("." + module, __package__)
    return module.convert(graph, model, response, source)


def convert_probabilities(graph, model, response):
    """Adds the stages of a classifier, and those that make probabilities of its scores."""
    number = convert(graph, model, response)
    if response == "decision_function":
        number = graph.link(number, "logistic" if graph.width(number) == 1 else "softmax")
    return number


def check_condition(state, predict):
    """Refuses a model that makes much of the last bits of its inputs, as one does whose large
    coefficients cancel: then its answers depend on the order in which a sum is made, which is not
    the same here, and in scikit-learn not the same for one event and for many."""
    rows = state.sample
    random = np.random.default_rng(1)
    beside = np.nextafter(rows, np.where(random.integers(0, 2, rows.shape) == 1, np.inf, -np.inf))
    answers = predict(state, rows).astype(np.float64)
    with np.errstate(invalid="ignore"):
        change = np.abs(predict(state, beside).astype(np.float64) - answers)
        changes = np.any(change > MOST_CHANGE * np.maximum(1.0, np.abs(answers)))
    if changes:
        raise Inexpressible("the answers depend on the last bits of the inputs")


def express(state, response):
    """The graph of an adapter's state, the last stage of which has the answers."""
    graph = Graph(state.n_variables)
    models = sklearn_common.models_of(state.model)
    n_columns = 1 if state.analysis_type == "classification" else state.n_outputs
    if state.analysis_type == "regression":
        numbers = [convert(graph, model, "predict") for model in models]
        number = numbers[0] if len(numbers) == 1 else graph.join(numbers)
    else:
        number = convert_probabilities(graph, state.model, response)
    if graph.width(number) != n_columns:
        raise Inexpressible(f"there are {graph.width(number)} columns for {n_columns} outputs")
    if len(graph.stages) > MOST_STAGES - FRONT_STAGES:
        raise Inexpressible(f"there are {len(graph.stages)} stages")
    if number != len(graph.stages) - 1:
        graph.select(number, range(n_columns))
    return graph


def to_native(state, response, predict=None):
    """The stages of an adapter's state, or None where no native engine can express them."""
    try:
        graph = express(state, response)
        if predict is not None and graph.sums_products(len(graph.stages) - 1):
            check_condition(state, predict)
    except Inexpressible:
        return None
    return graph.dump()
