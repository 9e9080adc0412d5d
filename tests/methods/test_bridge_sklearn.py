# SPDX-License-Identifier: LGPL-2.1-or-later
"""The adapter for any estimator of scikit-learn, against scikit-learn itself."""

import unittest
import warnings

from joblib.externals.loky import reusable_executor
import numpy as np
import threadpoolctl
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier, ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

from bridge import Report, numbers, three_classes, two_classes
from pymva_bridge import common, sklearn_estimator, sklearn_names


def config_of(estimator, parameters=None, **others):
    return {"estimator": estimator, "estimator_parameters": parameters or {}, "seed": 3,
            "n_threads": 1, **others}


def train(estimator, data, parameters=None, **others):
    return sklearn_estimator.fit(config_of(estimator, parameters, **others), data, Report())


def answers(estimator, data, parameters=None, **others):
    state = train(estimator, data, parameters, **others)
    return sklearn_estimator.predict(state, data["inputs"])


def doubles(data):
    return data["inputs"].astype(np.float64)


def signals(data):
    return (data["labels"] == 0).astype(np.int64)


class SameTest(unittest.TestCase):
    """What plain scripts get."""

    def assert_same(self, found, plain):
        np.testing.assert_array_equal(found, plain.astype(np.float32).reshape(found.shape))

    def test_probabilities(self):
        data = two_classes(400)
        plain = make_pipeline(StandardScaler(), PCA(random_state=3), LogisticRegression(C=0.1))
        plain.fit(doubles(data), signals(data))
        for text in ("StandardScaler, PCA, LogisticRegression",
                     "sklearn.preprocessing.StandardScaler,sklearn.decomposition.PCA, "
                     "sklearn.linear_model.LogisticRegression"):
            found = answers(text, data, {"logisticregression__C": 0.1})
            self.assert_same(found, plain.predict_proba(doubles(data))[:, 1])

    def test_several_classes_and_seed(self):
        data = three_classes(300)
        plain = ExtraTreesClassifier(7, random_state=3).fit(
            doubles(data), data["labels"], sample_weight=data["weights"])
        found = answers("ExtraTreesClassifier", data, {"n_estimators": 7})
        self.assert_same(found, plain.predict_proba(doubles(data)))
        # A seed that the user gives counts.
        plain.set_params(random_state=8).fit(doubles(data), data["labels"],
                                             sample_weight=data["weights"])
        found = answers("ExtraTreesClassifier", data, {"n_estimators": 7, "random_state": 8})
        self.assert_same(found, plain.predict_proba(doubles(data)))

    def test_decision_function(self):
        data = two_classes(300)
        plain = SVC(random_state=3).fit(doubles(data), signals(data))
        scores = plain.decision_function(doubles(data))
        self.assert_same(answers("SVC", data), 1.0 / (1.0 + np.exp(-scores)))
        data = three_classes(200)
        plain.fit(doubles(data), data["labels"], sample_weight=data["weights"])
        scores = np.exp(plain.decision_function(doubles(data)))
        np.testing.assert_allclose(answers("SVC", data),
                                   scores / scores.sum(axis=1, keepdims=True), rtol=1e-5)

    def test_only_classes(self):
        data = three_classes(200)
        data["weights"] = None
        state = train("VotingClassifier(GaussianNB, SVC)", data)
        self.assertEqual(state.response, "predict")
        found = sklearn_estimator.predict(state, data["inputs"])
        self.assertEqual(set(found.ravel()), {0.0, 1.0})
        np.testing.assert_array_equal(found.argmax(axis=1), state.model.predict(doubles(data)))

    def test_inner_estimators(self):
        data = two_classes(300)
        cases = {
            "BaggingClassifier((StandardScaler, GaussianNB))":
                BaggingClassifier(make_pipeline(StandardScaler(), GaussianNB()), random_state=3),
            "CalibratedClassifierCV(SVC)": CalibratedClassifierCV(SVC(random_state=3)),
            "scale=StandardScaler, trees=DecisionTreeClassifier":
                Pipeline([("scale", StandardScaler()),
                          ("trees", DecisionTreeClassifier(random_state=3))]),
        }
        for text, plain in cases.items():
            plain.fit(doubles(data), signals(data))
            self.assert_same(answers(text, data), plain.predict_proba(doubles(data))[:, 1])

    def test_search(self):
        data = two_classes(300)
        plain = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 5, 25]}, cv=3)
        plain.fit(doubles(data), signals(data))
        found = answers("GridSearchCV(KNeighborsClassifier)", data,
                        {"param_grid": {"n_neighbors": [1, 5, 25]}, "cv": 3})
        self.assert_same(found, plain.predict_proba(doubles(data))[:, 1])

    def test_targets(self):
        data = numbers(200)
        plain = Ridge(random_state=3).fit(doubles(data), data["target_values"])
        self.assert_same(answers("Ridge", data), plain.predict(doubles(data)))
        found = answers("SVR", data, {"C": 10.0})
        for number in (0, 1):
            plain = SVR(C=10.0).fit(doubles(data), data["target_values"][:, number])
            self.assert_same(found[:, number], plain.predict(doubles(data)))

    def test_estimator_as_a_parameter(self):
        data = two_classes(200)
        found = answers("BaggingClassifier(SVC)", data, {"n_estimators": 3})
        name = "estimator" if sklearn_names.VERSION >= (1, 2) else "base_estimator"
        again = answers("BaggingClassifier", data, {"n_estimators": 3, name: "SVC"})
        np.testing.assert_array_equal(found, again)


class ThreadsTest(unittest.TestCase):
    def test_no_other_processes(self):
        """Programs that hold Python are no Python that joblib could start once more."""
        data = two_classes(300)
        for text in ("BaggingClassifier", "StackingClassifier(GaussianNB, LogisticRegression)"):
            state = train(text, data, n_threads=2)
            first = sklearn_estimator.predict(state, data["inputs"])
            again = sklearn_estimator.load(sklearn_estimator.dump(state)[0])
            np.testing.assert_array_equal(sklearn_estimator.predict(again, data["inputs"]), first)
            self.assertIsNone(reusable_executor._executor)

    def test_threads_are_given_back(self):
        before = [each["num_threads"] for each in threadpoolctl.threadpool_info()]
        state = train("GaussianNB", two_classes(100), n_threads=1)
        sklearn_estimator.predict(state, np.zeros((2, 4)))
        with self.assertRaises(ValueError):
            sklearn_estimator.predict(state, np.full((2, 4), np.inf))
        after = [each["num_threads"] for each in threadpoolctl.threadpool_info()]
        self.assertEqual(after, before)


class WeightsTest(unittest.TestCase):
    def test_weights_count_events(self):
        weights = np.arange(200) % 4 + 1.0
        rows = np.repeat(np.arange(200), np.arange(200) % 4 + 1)
        data = two_classes(200, weights=weights)
        repeated = dict(data, inputs=data["inputs"][rows], labels=data["labels"][rows],
                        weights=None)
        for text, parameters in (("DecisionTreeClassifier", {}), ("GaussianNB", {}),
                                 ("LogisticRegression", {"tol": 1e-10, "max_iter": 10000}),
                                 ("MinMaxScaler, RidgeClassifier", {"minmaxscaler__clip": True})):
            found = answers(text, data, parameters)
            again = sklearn_estimator.predict(train(text, repeated, parameters), data["inputs"])
            np.testing.assert_allclose(found, again, atol=2e-5)

    def test_no_weights(self):
        weights = np.where(np.arange(2000) % 2 == 0, 1.0, 9.0)
        data = two_classes(2000, weights=weights)
        for text in ("KNeighborsClassifier", "StandardScaler, KNeighborsClassifier",
                     "CalibratedClassifierCV(KNeighborsClassifier)",
                     "VotingClassifier(GaussianNB, KNeighborsClassifier)"):
            with self.assertRaisesRegex(ValueError, "takes no event weights.*“resample”"):
                train(text, data)
        # Weights that are all the same are none.
        train("KNeighborsClassifier", dict(data, weights=np.full(2000, 2.5)))
        ignored = answers("KNeighborsClassifier", data, unsupported_weights="ignore")
        plain = KNeighborsClassifier().fit(doubles(data), signals(data))
        np.testing.assert_array_equal(
            ignored[:, 0], plain.predict_proba(doubles(data))[:, 1].astype(np.float32))

    def test_resampling(self):
        """Weights make one of two mixed halves nine times as frequent."""
        data = two_classes(4000)
        weights = np.where(data["labels"] == 0, 9.0, 1.0)
        rows = common.draw_by_weights(weights, 3)
        expected = weights[data["labels"] == 0].sum() / weights.sum()
        self.assertAlmostEqual((data["labels"][rows] == 0).mean(), expected, delta=0.02)
        data["weights"] = weights
        config = {"unsupported_weights": "resample"}
        first = answers("KNeighborsClassifier", data, **config)
        np.testing.assert_array_equal(first, answers("KNeighborsClassifier", data, **config))
        self.assertGreater(first.mean(), 0.7)
        data["weights"] = np.where(np.arange(4000) % 10 == 0, -1.0, 1.0)
        with self.assertRaisesRegex(ValueError, "weights go down to -1"):
            train("KNeighborsClassifier", data, **config)
        with self.assertRaisesRegex(ValueError, "these 7 events sum to nothing"):
            common.draw_by_weights(np.zeros(7), 3)


class ImportanceTest(unittest.TestCase):
    def test_importance(self):
        data = two_classes(500)
        tree = DecisionTreeClassifier(random_state=3).fit(doubles(data), signals(data))
        found = sklearn_estimator.importance(train("DecisionTreeClassifier", data))
        np.testing.assert_array_equal(found, tree.feature_importances_)

        plain = LogisticRegression().fit(StandardScaler().fit_transform(doubles(data)),
                                         signals(data))
        found = sklearn_estimator.importance(train("StandardScaler, LogisticRegression", data))
        sizes = np.abs(plain.coef_[0])
        np.testing.assert_allclose(found, sizes / sizes.sum())

        # Two of the variables are chosen, and the others do not matter.
        state = train("SelectKBest, GaussianNB", data, {"selectkbest__k": 2})
        self.assertIsNone(sklearn_estimator.importance(state))
        state = train("SelectKBest, DecisionTreeClassifier", data, {"selectkbest__k": 2})
        self.assertEqual(np.count_nonzero(sklearn_estimator.importance(state)), 2)
        for text in ("PCA, LogisticRegression", "SVC", "KNeighborsClassifier"):
            self.assertIsNone(sklearn_estimator.importance(train(text, data)), text)
        found = sklearn_estimator.importance(train("LinearSVR", numbers(200)))
        self.assertEqual(found.shape, (2,))


class ErrorsTest(unittest.TestCase):
    def test_names(self):
        for text, words in (
                ("", "estimator is empty"),
                ("SVCC", "no estimator “SVCC”; did you mean.*“SVC”"),
                ("logisticregression", "did you mean “LogisticRegression”"),
                ("sklearn.svm.SVM", "there is no estimator “sklearn.svm.SVM”"),
                ("sklearn.smv.SVC", "there is no estimator “sklearn.smv.SVC”; did you mean.*“SVC”"),
                ("sklearn.svm.l1_min_c", "is no estimator: expected a class with fit"),
                ("SVC,", "expected a name, but there is “the end”"),
                ("SVC)", "expected the end, but there is “\\)”"),
                ("SVC(GaussianNB)", "“SVC” takes no other estimator"),
                ("BaggingClassifier(SVC, SVC)", "takes one estimator, but was given 2"),
                ("__import__('os')", "estimator"),
                ("a=SVC, a=SVC", "two steps “a”"),
                ("OneVsRestClassifier", "needs “estimator”; write it as “OneVsRestClassifier"),
                ("GridSearchCV(SVC)", "needs “param_grid”"),
                ("Pipeline", "“Pipeline” is written as its steps with commas"),
                ("BaggingClassifier(Pipeline(SVC))", "“Pipeline” is written as its steps"),
                ("os.system", "“os.system” is no estimator: expected a class"),
                ("builtins.eval", "“builtins.eval” is no estimator"),
                ("subprocess.Popen", "“subprocess.Popen” is no estimator")):
            with self.assertRaisesRegex(ValueError, words, msg=text):
                train(text, two_classes(50))
        with self.assertRaises(ImportError):
            train("no_such_package.Model", two_classes(50))

    def test_parameters(self):
        for text, parameters, words in (
                ("SVC", {"c": 1}, "“SVC” has no parameter “c”; did you mean “C”"),
                ("StandardScaler, SVC", {"C": 1}, "no parameter “C”; did you mean “svc__C”"),
                ("SVC", {"C": -1.0}, "The 'C' parameter of SVC must be")):
            with self.assertRaisesRegex(ValueError, words):
                train(text, two_classes(50), parameters)

    def test_no_warnings(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            train("StandardScaler, LogisticRegression", two_classes(50))

    def test_kinds(self):
        for text, data, words in (
                ("SVR", two_classes(50), "predicts numbers, and no classes; name a classifier"),
                ("SVC", numbers(50), "tells classes apart; name a regressor"),
                ("KMeans", two_classes(50), "groups events without"),
                ("GaussianMixture", two_classes(50), "is not told what to learn"),
                ("IsolationForest", two_classes(50), "finds unusual events"),
                ("StandardScaler", two_classes(50), "predicts nothing; put it in front"),
                ("StandardScaler, DBSCAN", two_classes(50), "“StandardScaler, DBSCAN” cannot"),
                ("MultiOutputClassifier(SVC)", two_classes(50), "several labels of an event")):
            with self.assertRaisesRegex(ValueError, words):
                train(text, data)

    def test_shapes(self):
        state = train("GaussianNB", two_classes(50))
        with self.assertRaisesRegex(ValueError, r"expected \(events, 4\)"):
            sklearn_estimator.predict(state, np.zeros((3, 2)))
        self.assertEqual(sklearn_estimator.predict(state, np.zeros((0, 4))).shape, (0, 1))

    def test_list(self):
        names = sklearn_names.list_names("classification")
        self.assertIn("SVC", names)
        self.assertNotIn("SVR", names)
        self.assertNotIn("KMeans", names)
        self.assertNotIn("OneVsRestClassifier", names)
        self.assertEqual(names, sorted(names))
        self.assertIn("SVR", sklearn_names.list_names("regression"))

    def test_foreign_file(self):
        files, _ = sklearn_estimator.dump(train("GaussianNB", two_classes(50)))
        files["estimator.pickle"] = b"\x80\x04csklearn.nowhere\nSVC\n."
        with self.assertRaisesRegex(ValueError, "saved with scikit-learn"):
            sklearn_estimator.load(files)


if __name__ == "__main__":
    unittest.main()
