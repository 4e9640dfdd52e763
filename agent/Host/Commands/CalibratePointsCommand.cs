using System.CommandLine;
using System.Globalization;
using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge calibrate points</c>: how far off each measured point of a camera is, and how long a metre is in the picture.</summary>
internal static class CalibratePointsCommand
{
    private static readonly float[] Shares = [0.1f, 0.3f, 0.5f, 0.7f, 0.9f];

    public static Command Create()
    {
        var (config, camera) = (CommonOptions.Config(), CalibrateCommand.Camera());
        var command = new Command("points", """
            Shows what the ground: of a camera is worth: how far off each measured point is, and how many metres a hundredth of
            the picture is at several places. Exit code 1 where the error is too large. Lens distortion is not modelled: lines
            that are straight on the ground must be straight in the picture.

            Examples:
              edge calibrate points --config edge.yaml --camera north
              # in edge.yaml, beside the camera's zones:
              #   ground:
              #     points: [{image: [0.10, 0.40], metres: [0, 0]}, {image: [0.81, 0.42], metres: [12.5, 0]}, ...]
              #     errorMetresMax: 0.3
            """)
        { config, camera };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(config), parsed.GetValue(camera), parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(string config, string? name, InvocationConfiguration console)
    {
        if (CalibrateCommand.Find(config, name, console.Error) is not { } camera)
            return 1;
        if (camera.Ground is not { } ground)
        {
            console.Error.WriteLine($"{camera.Name} has no ground:. Measure four or more points, or try edge calibrate persons.");
            return 1;
        }

        var fit = ground.Points.Count > 0 ? ground.Fit(camera.Aspect, out _) : null;
        if (fit is not null)
            PrintPoints(camera.Name, fit, console.Output);
        var faults = ground.FindFaults(camera.Aspect).ToArray();
        foreach (var (key, problem, hint) in faults)
            console.Error.WriteLine($"{camera.Name}: {$"ground.{key}".TrimEnd('.')}: {problem} {hint}");
        if (faults.Length > 0)
            return 1;
        if (ground.ToPlane(camera.Aspect) is not { } plane)
        {
            console.Error.WriteLine($"{camera.Name}: ground.camera has a value out of range; edge config check says which.");
            return 1;
        }

        console.Output.WriteLine($"{camera.Name}: {ground.Summary(camera.Aspect)}.");
        PrintPlaces(plane, console.Output);
        return 0;
    }

    private static void PrintPoints(string name, PointFit fit, TextWriter output)
    {
        output.WriteLine($"{name}: {fit.Points.Count} points");
        output.WriteLine("  point   image           metres              off by    in the picture   if left out");
        for (var i = 0; i < fit.Points.Count; i++)
        {
            var (image, metres) = fit.Points[i];
            var leftOut = fit.IsExact || double.IsNaN(fit.LeftOutMetres[i]) ? "-" : Text($"{fit.LeftOutMetres[i]:0.00} m");
            output.WriteLine(Text(
                $"  {i,5}   {image.X:0.000}, {image.Y:0.000}   {metres.X,7:0.00}, {metres.Y,7:0.00}   {fit.ErrorsMetres[i],6:0.00} m   {100 * fit.ErrorsShare[i],12:0.00} %   {leftOut,11}"));
        }
    }

    private static void PrintPlaces(GroundPlane plane, TextWriter output)
    {
        output.WriteLine("A hundredth of the picture's width and of its height, in metres on the ground (what a box's jitter is worth there):");
        output.WriteLine(Text($"  {"",5}{string.Concat(Shares.Select(x => Text($"      x {x:0.0}     ")))}"));
        foreach (var y in Shares)
            output.WriteLine(Text($"  y {y:0.0}{string.Concat(Shares.Select(x => $"  {PlaceText(plane, x, y),13}"))}"));
    }

    private static string PlaceText(GroundPlane plane, float x, float y)
    {
        var wide = plane.Distance(new Point(x - 0.005f, y), new Point(x + 0.005f, y));
        var deep = plane.Distance(new Point(x, y - 0.005f), new Point(x, y + 0.005f));
        return float.IsFinite(wide) && float.IsFinite(deep) ? Text($"{wide:0.00} x {deep:0.00}") : "no ground";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
