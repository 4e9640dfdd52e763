using System.CommandLine;
using System.Text.Json;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Host.Evaluation.Events;
using SocialCredit.Edge.Host.Evaluation.Scenes;
using Spectre.Console;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge eval events</c>: how well the rules see what happened, on scripted scenes or on a clip with ground truth.</summary>
internal static class EvalEventsCommand
{
    private const int WrongShown = 10;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create()
    {
        var scenes = new Option<string?>("--scenes") { Description = "A folder of scene files, or one of them." };
        var seeds = new Option<int>("--seeds") { Description = "Every scene is played so often.", DefaultValueFactory = _ => 200 };
        var seed = new Option<int?>("--seed") { Description = "Only this seed; with --trace it is shown in order of time." };
        var behaviour = new Option<string?>("--behaviour") { Description = "Only scenes that watch this behaviour." };
        var noise = new Option<string?>("--noise") { Description = "The detector's noise as YAML, as edge eval noise prints it." };
        var trace = new Option<bool>("--trace") { Description = "Print what is true and what was seen of one seed." };
        var clip = new Option<string?>("--clip") { Description = "A video file or a folder of pictures." };
        var truth = new Option<string?>("--gt") { Description = "Ground truth of the clip's persons in MOT format." };
        var json = new Option<string?>("--json") { Description = "Write the scores to this file too." };
        var config = CommonOptions.Config();
        var models = CommonOptions.Models();
        var command = new Command("events", """
            Precision, recall, F1, false alarms an hour and count error of every behaviour. An event is right if one of its kind
            is true within 10 s; each counts once. On scenes the truth is written in the scene's file. On a clip the truth is
            what the same rules see of the ground truth's boxes.

            Examples:
              edge eval events --scenes tests/Scenes --seeds 200
              edge eval events --scenes tests/Scenes --behaviour red_crossing --seed 17 --trace
              edge eval events --clip vtest.avi --gt gt.txt --config edge.yaml
            """)
        { scenes, seeds, seed, behaviour, noise, trace, clip, truth, json, config, models };
        seeds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 100_000)
                result.AddError("--seeds must be 1 to 100000.");
        });
        command.Validators.Add(result =>
        {
            var isClip = result.GetValue(clip) is not null;
            if (isClip == result.GetValue(scenes) is not null)
                result.AddError("Name either --scenes or --clip.");
            if (isClip != result.GetValue(truth) is not null)
                result.AddError("--clip and --gt go together.");
            if (result.GetValue(trace) && result.GetValue(seed) is null)
                result.AddError("--trace shows one seed: name it with --seed.");
        });
        command.SetAction(async (parsed, cancellationToken) => parsed.GetValue(clip) is { } film
            ? await RunClipAsync(
                new ClipEvents.Request(film, parsed.GetRequiredValue(truth)!, parsed.GetRequiredValue(config), parsed.GetValue(models)),
                parsed.GetValue(json),
                cancellationToken)
            : RunScenes(
                new SceneRequest(
                    parsed.GetRequiredValue(scenes)!, parsed.GetValue(behaviour), parsed.GetValue(noise), parsed.GetValue(json),
                    (parsed.GetValue(seeds), parsed.GetValue(seed), parsed.GetValue(trace))),
                parsed.InvocationConfiguration));
        return command;
    }

    private static int RunScenes(SceneRequest request, InvocationConfiguration console)
    {
        var noise = new DetectorNoise();
        if (request.Noise is not null)
        {
            var document = YamlReader.Read<DetectorNoise>(request.Noise);
            if (document.Value is not { } given || document.Faults.Count > 0)
                return Refuse.With(document.Faults);
            noise = given;
        }

        if (SceneSet.Load(request.Scenes, request.Behaviour, out var faults) is not { } set)
        {
            foreach (var fault in faults)
                console.Error.WriteLine(fault);
            return 1;
        }

        if (request.Which.Trace)
        {
            foreach (var (name, scene) in set.Scenes)
            {
                console.Output.WriteLine(name);
                foreach (var line in SceneTrace.Of(scene, noise, request.Which.Only!.Value))
                    console.Output.WriteLine(line);
            }

            return 0;
        }

        var result = request.Which.Only is { } only ? set.Evaluate(only..only, noise) : set.Evaluate(1..request.Which.Seeds, noise);
        foreach (var group in result.Wrong.GroupBy(w => (w.Scene, w.Scores.Behaviour)))
        {
            var named = group.Take(WrongShown).Select(w => $"{w.Seed} (-{w.Scores.Missed} +{w.Scores.False})");
            console.Output.WriteLine($"{group.Key.Scene}: {group.Key.Behaviour} wrong in {group.Count()} seeds: {string.Join(", ", named)}");
        }

        Give(result.Scores, request.Json);
        return 0;
    }

    private static async Task<int> RunClipAsync(ClipEvents.Request request, string? json, CancellationToken cancellationToken)
    {
        var (scores, faults) = await ClipEvents.EvaluateAsync(request, cancellationToken);
        if (scores is null)
            return Refuse.With(faults);
        Give(scores, json);
        return 0;
    }

    private static void Give(IReadOnlyList<EventScores> scores, string? json)
    {
        AnsiConsole.Write(EventTable.Of(scores));
        if (json is not null)
            File.WriteAllText(json, JsonSerializer.Serialize(scores, Indented));
    }

    private sealed record SceneRequest(
        string Scenes, string? Behaviour, string? Noise, string? Json, (int Seeds, int? Only, bool Trace) Which);
}
