using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>In which order places are listed; those that are measured always stand before those that are simulated.</summary>
public enum PlaceOrder
{
    Name,
    Best,
    Worst,
}

/// <summary>Which places somebody wants to see, as it stands in the address of the page. What is not understood is as if it were not there.</summary>
public sealed record PlaceQuery
{
    /// <summary>The most that is searched for.</summary>
    public const int TextMax = 60;

    /// <summary>Words in the title, the name or the place; empty for all.</summary>
    public string Text { get; init; } = "";

    public Grade? Grade { get; init; }

    public string? Site { get; init; }

    public string? Behaviour { get; init; }

    public PlaceOrder Order { get; init; }

    /// <summary>From 1 on.</summary>
    public int Page { get; init; } = 1;

    public static PlaceQuery Of(IQueryCollection query) => new()
    {
        Text = Cut(query["q"].ToString().Trim()),
        Grade = Enum.TryParse<Grade>(query["grade"], ignoreCase: true, out var grade) && Enum.IsDefined(grade) ? grade : null,
        Site = Name(query["site"]),
        Behaviour = Name(query["behaviour"]),
        Order = Enum.TryParse<PlaceOrder>(query["order"], ignoreCase: true, out var order) && Enum.IsDefined(order) ? order : PlaceOrder.Name,
        Page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is >= 1 and <= 1_000_000 ? page : 1,
    };

    /// <summary>The address of the same list, another page of it perhaps.</summary>
    public string Address(string path)
    {
        var query = new QueryBuilder();
        Add("q", Text);
        Add("grade", Grade?.ToString());
        Add("site", Site);
        Add("behaviour", Behaviour);
        Add("order", Order == PlaceOrder.Name ? null : Word(Order));
        Add("page", Page == 1 ? null : Page.ToString(CultureInfo.InvariantCulture));
        return path + query;

        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query.Add(key, value);
        }
    }

    public static string Word(PlaceOrder order) => order.ToString().ToLowerInvariant();

    private static string Cut(string text) => text.Length <= TextMax ? text : text[..TextMax];

    private static string? Name(string? text) => string.IsNullOrWhiteSpace(text) ? null : Cut(text.Trim());
}
