namespace SocialCredit.Edge.Contract;

/// <summary>A signed message as it travels: its exact bytes, and a signature over them as one type (<see cref="Dsse"/>).</summary>
/// <param name="Payload">The exact bytes.</param>
/// <param name="Signature">In base64; user property <c>sig</c>.</param>
/// <param name="KeyId">See <see cref="Dsse.KeyId"/>; user property <c>kid</c>. A hint, nothing is decided by it.</param>
public sealed record Signed(ReadOnlyMemory<byte> Payload, string Signature, string KeyId)
{
    /// <summary>True if the signature over these bytes as this type is by this key.</summary>
    /// <param name="payloadType">Such as <see cref="HealthReport.PayloadType"/>.</param>
    /// <param name="key">SubjectPublicKeyInfo of ECDSA P-256.</param>
    public bool Holds(string payloadType, ReadOnlySpan<byte> key) => Dsse.Verify(key, payloadType, Payload.Span, Signature);
}
