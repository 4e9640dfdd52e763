using OpenCvSharp;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Agent.Tests.Inference;

/// <summary>What lies still is found and what only looks so is not, on drawn pictures with noise; who is where is told by the test.</summary>
public sealed class StaticForegroundTests : IDisposable
{
    private readonly DrawnStreet _street = new();

    public void Dispose() => _street.Dispose();

    [Fact]
    public void A_bag_of_fifteen_pixels_is_found_where_it_lies_and_gone_soon_after_it_is_taken()
    {
        _street.Play(10);
        _street.Play(3, new Box(300, 200, 350, 330));
        _street.Bag = new Rect(330, 310, 15, 15);

        var foundAfter = _street.PlayUntil(found => found.Count == 1, 15);
        var box = _street.Found[0].Box;
        _street.Play(20);
        Assert.Single(_street.Found);
        _street.Play(2, new Box(320, 200, 370, 330));
        _street.Bag = default;
        var goneAfter = _street.PlayUntil(found => found.Count == 0, 10);

        Assert.InRange(foundAfter, 4, 8);
        Assert.InRange(goneAfter, 0.1, 3);
        Assert.InRange(box.Foot.X, 330, 346);
        Assert.InRange(box.Foot.Y, 318, 334);
    }

    [Fact]
    public void What_nobody_can_have_brought_is_not_found()
    {
        _street.Play(10);
        _street.Bag = new Rect(330, 300, 24, 24);

        Assert.Equal(0, _street.PlayUntil(found => found.Count > 0, 40));
    }

    [Fact]
    public void Where_something_was_taken_away_that_was_always_there_nothing_is_found()
    {
        _street.Bag = new Rect(330, 300, 24, 24);
        _street.Play(10);
        _street.Play(3, new Box(300, 200, 350, 330));
        _street.Bag = default;

        Assert.Equal(0, _street.PlayUntil(found => found.Count > 0, 40));
    }

    [Fact]
    public void Somebody_who_stands_still_is_no_thing()
    {
        _street.Play(10);
        var person = new Rect(300, 250, 40, 100);
        _street.Bag = person;

        Assert.Equal(0, _street.PlayUntil(found => found.Count > 0, 60, detected: new Box(person.Left, person.Top, person.Right, person.Bottom)));
    }

    [Fact]
    public void A_thing_that_somebody_hides_is_given_out_for_a_minute_and_again_when_it_is_seen()
    {
        LeaveBag();
        var person = new Box(300, 230, 380, 340);

        _street.Play(50, person);
        var hidden = _street.Found.Count;
        _street.Play(20, person);
        var hiddenForLong = _street.Found.Count;
        _street.Play(3);

        Assert.Equal((1, 0, 1), (hidden, hiddenForLong, _street.Found.Count));
    }

    [Theory]
    [InlineData(1.3f, 0)]
    [InlineData(0.6f, 0)]
    [InlineData(1, 30)]
    public void Another_light_neither_finds_nor_loses_anything(float gain, int offset)
    {
        LeaveBag();

        (_street.Gain, _street.Offset) = (gain, offset);
        _street.Play(10);

        Assert.Single(_street.Found);
        Assert.False(_street.HasRelearned);
    }

    [Fact]
    public void A_camera_that_begins_to_shake_by_two_pixels_finds_and_loses_nothing_else()
    {
        _street.Play(10);
        _street.ShakePixels = 2;

        LeaveBag();

        Assert.Equal(0, _street.PlayUntil(found => found.Count != 1, 20, new Box(150, 250, 200, 380)));
    }

    [Fact]
    public void Another_picture_is_learned_anew_and_nothing_in_it_is_found()
    {
        LeaveBag();
        _street.Seed++;

        _street.PlayUntil(found => found.Count == 0, 3);
        Assert.True(_street.HasRelearned);
        Assert.Equal(0, _street.PlayUntil(found => found.Count > 0, 40, new Box(300, 200, 350, 330)));
    }

    [Fact]
    public void A_detection_of_what_has_always_been_there_hides_nothing()
    {
        var sign = new Box(250, 150, 450, 400);
        _street.Play(10, detected: sign);
        _street.Play(3, new Box(300, 200, 350, 330));
        _street.Bag = new Rect(330, 300, 24, 24);

        Assert.InRange(_street.PlayUntil(found => found.Count == 1, 15, detected: sign), 4, 8);
    }

    [Fact]
    public void No_memory_is_allocated_once_it_runs()
    {
        LeaveBag();

        var bytes = _street.BytesOf(frames: 50);

        Assert.Equal(0, bytes);
    }

    private void LeaveBag()
    {
        _street.Play(10);
        _street.Play(3, new Box(300, 200, 350, 330));
        _street.Bag = new Rect(330, 300, 24, 24);
        Assert.NotEqual(0, _street.PlayUntil(found => found.Count == 1, 15));
        _street.Play(2);
    }
}
