// SPDX-License-Identifier: LGPL-2.1-or-later

// A PyMVA analysis, line by line: tmva-migration.js [DATA [MODEL]] books, trains and tests a method
// on ROOT's example, as TMVA's tutorials do, and applies it as TMVA's Reader does. Above each step
// stands what it was.

imports.gi.versions.Pymva = '1.0';
const {Gio, GLib, Pymva} = imports.gi;

const path = ARGV[0] ?? 'examples/data/tmva_class_example.root';
const modelFile = Gio.File.new_for_commandline_arg(ARGV[1] ?? 'PyRandomForest.pymva');

function readTree(tree) {
    const options = new GLib.Variant('a{sv}', {tree: new GLib.Variant('s', tree)});
    return Pymva.Table.new_from_file(Gio.File.new_for_commandline_arg(path), options, null);
}

// auto signal = file->Get<TTree> ("TreeS"), background = file->Get<TTree> ("TreeB");
const signal = readTree('TreeS');
const background = readTree('TreeB');

// auto loader = new TMVA::DataLoader ("dataset");
// loader->AddVariable ("myvar1 := var1+var2", 'F');
// loader->AddVariable ("myvar2 := var1-var2", "Expression 2", "", 'F');
// loader->AddVariable ("var3", "Variable 3", "units", 'F');
// loader->AddVariable ("var4", "Variable 4", "units", 'F');
// loader->AddSpectator ("spec1 := var1*2", "Spectator 1", "units", 'F');
const dataset = new Pymva.Dataset({analysis_type: Pymva.AnalysisType.CLASSIFICATION});
dataset.add_variable('myvar1 := var1+var2');
dataset.add_variable_full('myvar2 := var1-var2', 'Expression 2', '');
dataset.add_variable_full('var3', 'Variable 3', 'units');
dataset.add_variable_full('var4', 'Variable 4', 'units');
dataset.add_spectator('spec1 := var1*2');

// loader->AddSignalTree (signal, 1.0);
// loader->AddBackgroundTree (background, 1.0);
// loader->SetBackgroundWeightExpression ("weight");
dataset.add_class('Signal', signal, 1.0);
dataset.add_class('Background', background, 1.0);
dataset.set_weight_expression('Background', 'weight');

// loader->PrepareTrainingAndTestTree ("abs(var1)<5", "nTrain_Signal=2000:…");
dataset.set_cut(null, 'abs(var1) < 5');
dataset.set_options('nTrain_Signal=2000:nTrain_Background=2000:' +
    'SplitMode=Random:SplitSeed=100:NormMode=NumEvents:!V');

// auto factory = new TMVA::Factory ("job", output, "!V:AnalysisType=Classification");
// factory->BookMethod (loader, TMVA::Types::kPyRandomForest, "PyRandomForest",
//                      "!H:!V:NEstimators=100:MaxDepth=None:CreateMVAPdfs");
const factory = Pymva.Factory.new('job', dataset);
const method = Pymva.Method.create_for_name('PyRandomForest', null);
method.set_options('!H:!V:NEstimators=100:MaxDepth=None:CreateMVAPdfs');
factory.book(method);

// factory->TrainAllMethods ();
// factory->TestAllMethods ();
// factory->EvaluateAllMethods ();
factory.train_all(null);
factory.test_all(null);
factory.evaluate_all(null);

// factory->GetROCIntegral (loader, "PyRandomForest");
const evaluation = factory.get_evaluation('PyRandomForest', Pymva.Part.TEST);
print(`ROC integral ${evaluation.get_auc().toFixed(2)}`);

// TMVA wrote dataset/weights/job_PyRandomForest.weights.xml, and PyMVA a pickle beside it.
method.save(modelFile, null);

// auto reader = new TMVA::Reader ();
// reader->AddVariable ("myvar1 := var1+var2", &var1); … reader->AddSpectator (…);
// reader->BookMVA ("PyRandomForest", "dataset/weights/job_PyRandomForest.weights.xml");
const model = Pymva.Model.load(modelFile, null);

// var1 = 2.0; …; reader->EvaluateMVA ("PyRandomForest");
const [response] = model.predict_event([2.0, 0.1, 1.2, 1.9]);
print(`response ${response.toFixed(2)}`);

// reader->GetProba ("PyRandomForest", 0.1); reader->GetRarity ("PyRandomForest");
const probability = model.get_signal_probability(response, 0.1);
const rarity = model.get_rarity(response);
print(`P(signal) ${probability.toFixed(2)}, rarity ${rarity.toFixed(2)}`);

// for (Long64_t i = 0; i < signal->GetEntries (); i++)
//   { signal->GetEntry (i); reader->EvaluateMVA ("PyRandomForest"); }
const responses = model.predict_table(readTree('TreeS'));
print(`${responses.get_shape()[0]} events of the tree`);
