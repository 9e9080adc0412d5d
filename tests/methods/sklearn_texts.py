# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the estimators of scikit-learn are trained with in the tests that go through all of them."""

# Estimators that need others to work with, or parameters that suit so few events.
TEXTS = {
    "FixedThresholdClassifier": "FixedThresholdClassifier(LogisticRegression)",
    "MultiOutputRegressor": "MultiOutputRegressor(Ridge)",
    "OneVsOneClassifier": "OneVsOneClassifier(LogisticRegression)",
    "OneVsRestClassifier": "OneVsRestClassifier(LogisticRegression)",
    "OutputCodeClassifier": "OutputCodeClassifier(LogisticRegression)",
    "RegressorChain": "RegressorChain(Ridge)",
    "SelfTrainingClassifier": "SelfTrainingClassifier(LogisticRegression)",
    "StackingClassifier": "StackingClassifier(GaussianNB, tree=DecisionTreeClassifier)",
    "StackingRegressor": "StackingRegressor(Ridge, tree=DecisionTreeRegressor)",
    "TunedThresholdClassifierCV": "TunedThresholdClassifierCV(LogisticRegression)",
    "VotingClassifier": "VotingClassifier(GaussianNB, tree=DecisionTreeClassifier)",
    "VotingRegressor": "VotingRegressor(Ridge, tree=DecisionTreeRegressor)",
}
PARAMETERS = {
    "CCA": {"n_components": 1},
    "CategoricalNB": {"min_categories": 20},
    "GaussianProcessRegressor": {"alpha": 0.1},
    "NuSVC": {"nu": 0.1},
    "PLSCanonical": {"n_components": 1},
    "RadiusNeighborsClassifier": {"radius": 10.0},
    "RadiusNeighborsRegressor": {"radius": 10.0},
}
