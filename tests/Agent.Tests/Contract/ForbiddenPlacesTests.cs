using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Contract;

public sealed class ForbiddenPlacesTests
{
    [Theory]
    [InlineData("mosque-entrance", "a place of worship")]
    [InlineData("north-clinic", "a clinic")]
    [InlineData("hospital", "a clinic")]
    [InlineData("union-office", "a union")]
    [InlineData("frauenhaus-mitte", "a shelter")]
    [InlineData("apartment-4-frontdoor", "a dwelling")]
    public void A_name_that_says_so_is_found(string name, string kind) => Assert.Equal(kind, ForbiddenPlaces.KindOf(name));

    [Theory]
    [InlineData("crossing-north")]
    [InlineData("church-street-north")]
    [InlineData("union-square")]
    [InlineData("reunion-plaza")]
    [InlineData("hospitality-row")]
    [InlineData("")]
    public void A_street_that_is_named_after_one_is_none(string name) => Assert.Null(ForbiddenPlaces.KindOf(name));
}
