using MathNet.Numerics.LinearAlgebra;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Audit.Measures;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Attacks;

/// <summary>
/// Fifty known persons, each with a secret: crosses on red whenever present, or never. The attacker knows who was present in which
/// hour and solves what is published for the secrets (Dinur and Nissim, "Revealing information while preserving privacy", 2003).
/// </summary>
internal sealed class Town
{
    public const int Persons = 50;

    /// <summary>Of the noise on a count, and of a secret before anything is known: they weigh what is published against guessing.</summary>
    private const double NoiseSpread = 5.39, SecretSpread = 0.25;

    private readonly bool[] _secrets = new bool[Persons];
    private readonly IRandomSource _coins;
    private readonly Matrix<double> _known = Matrix<double>.Build.DenseDiagonal(Persons, Persons, NoiseSpread / SecretSpread);
    private readonly Vector<double> _seen = Vector<double>.Build.Dense(Persons);

    public Town(IRandomSource coins)
    {
        _coins = coins;
        for (var i = 0; i < Persons; i++)
            _secrets[i] = coins.Below(2) == 1;
    }

    /// <summary>Hours that were released.</summary>
    public int Released { get; private set; }

    /// <summary>One hour: those of the fifty who were there, among others who are known exactly.</summary>
    /// <param name="present">Numbers of persons.</param>
    /// <param name="others">Further tracks; none of them crosses on red.</param>
    public void Hour(Device device, IReadOnlyList<int> present, int others)
    {
        var onRed = present.Count(person => _secrets[person]);
        var world = new Happenings(
            [new Group(onRed, Deeds.OnRed, 1), new Group(present.Count - onRed, Deeds.Passing, 1 + Persons), new Group(others, Deeds.Passing, 1000)], []);
        foreach (var record in device.Publish(world).Where(record => record.Status == RecordStatus.Ok))
        {
            Released++;
            var surprise = Evidence.Count(record) - present.Count / 2.0;
            foreach (var one in present)
            {
                _seen[one] += surprise;
                foreach (var other in present)
                    _known[one, other]++;
            }
        }
    }

    /// <summary>The share of the secrets that least squares gets right; where nothing is known, a coin decides.</summary>
    public double SecretsRight()
    {
        var leaning = _known.Cholesky().Solve(_seen);
        var right = 0;
        for (var i = 0; i < Persons; i++)
        {
            var guess = leaning[i] == 0 ? _coins.Below(2) == 1 : leaning[i] > 0;
            right += guess == _secrets[i] ? 1 : 0;
        }

        return (double)right / Persons;
    }
}
