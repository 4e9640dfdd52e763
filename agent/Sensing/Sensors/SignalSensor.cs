using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing.Sensors;

/// <summary>The phase of a traffic signal by the lines of its lamps, isolated by opto-couplers.</summary>
internal static class SignalSensor
{
    public sealed record Options : LineOptions, IValidatableObject
    {
        private const int RedBit = 1;
        private const int AmberBit = 2;
        private const int GreenBit = 4;

        /// <summary>The line of the red lamp.</summary>
        [Range(0, LineMax)]
        public int? Red { get; init; }

        /// <summary>The line of the amber lamp.</summary>
        [Range(0, LineMax)]
        public int? Amber { get; init; }

        /// <summary>The line of the green lamp.</summary>
        [Range(0, LineMax)]
        public int? Green { get; init; }

        /// <summary>
        /// Of a signal with one line only: while its lamp is dark, the other one is taken to be lit. A pulled wire cannot be seen
        /// then; with false, a dark signal is unknown after two seconds.
        /// </summary>
        public bool DarkIsOther { get; init; } = true;

        /// <summary>The name of another signal whose place this one takes while that is unknown.</summary>
        public string? StandInFor { get; init; }

        public override SensorKind Kind => SensorKind.Signal;

        internal override string? StandsInFor => StandInFor;

        internal override IReadOnlyList<int> Lines => [.. new[] { Red, Amber, Green }.OfType<int>()];

        /// <summary>Red beside amber is still red, green beside amber no longer green; red beside green is no phase.</summary>
        internal override SensorState? Read(int levels)
        {
            var lit = Lit(levels);
            return lit switch
            {
                RedBit or (RedBit | AmberBit) => SensorState.Red,
                AmberBit or (AmberBit | GreenBit) => SensorState.Amber,
                GreenBit => SensorState.Green,
                0 when DarkIsOther && Amber is null && Red is null => SensorState.Red,
                0 when DarkIsOther && Amber is null && Green is null => SensorState.Green,
                _ => null,
            };
        }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Red is null && Green is null)
                yield return new ValidationResult("Neither red nor green has a line. Write red: 5, green: 6, or one of them.", [nameof(Red)]);
            if (Lines.Distinct().Count() < Lines.Count)
                yield return new ValidationResult("Two lamps cannot share a line. Give each its own.", [nameof(Green)]);
        }

        private int Lit(int levels)
        {
            var lit = 0;
            foreach (var (line, bit) in new[] { (Red, RedBit), (Amber, AmberBit), (Green, GreenBit) })
            {
                if (line is null)
                    continue;
                lit |= (levels & 1) != 0 ? bit : 0;
                levels >>= 1;
            }

            return lit;
        }
    }
}
