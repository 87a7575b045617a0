using System.Security.Cryptography;
using NetMonitor.Inspection.Tls.Decryption;

namespace NetMonitor.Tests.Inspection.Tls;

/// <summary>From secrets to keys to content, by the traces of RFC 8448 section 3.</summary>
public sealed class KeyScheduleTests
{
    private const string ClientHandshake = "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21";
    private const string ServerHandshake = "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38";
    private const string ClientFinishedRecord =
        "170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46deb384bd1caeacab6867d726c40546";
    private const string ClientFinished = "14000020a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61";

    private static readonly TlsCipher Aes128 = TlsCipher.Of("TLS_AES_128_GCM_SHA256")!;

    [Theory]
    [InlineData(ClientHandshake, "dbfaa693d1762c5b666af5d950258d01", "5bd3c71b836e0b76bb73265f")]
    [InlineData(ServerHandshake, "3fce516009c21727d0f2e4e86ee403bc", "5d313eb2671276ee13000b30")]
    public void A_traffic_secret_gives_key_and_iv(string secret, string key, string iv)
    {
        Assert.Equal(key, Convert.ToHexStringLower(TlsCipher.ExpandLabel(HashAlgorithmName.SHA256, Convert.FromHexString(secret), "key", 16)));
        Assert.Equal(iv, Convert.ToHexStringLower(TlsCipher.ExpandLabel(HashAlgorithmName.SHA256, Convert.FromHexString(secret), "iv", 12)));
    }

    [Fact]
    public void A_record_opens_once_and_in_its_turn_only()
    {
        byte[] record = Convert.FromHexString(ClientFinishedRecord);
        byte[] buffer = new byte[record.Length];
        using var keys = TlsRecordKeys.Tls13(Aes128, Convert.FromHexString(ClientHandshake));
        Assert.True(keys.TryOpen(record, buffer, out ReadOnlySpan<byte> content));
        Assert.Equal(ClientFinished + "16", Convert.ToHexStringLower(content));
        Assert.Equal(1UL, keys.Sequence);
        Assert.False(keys.TryOpen(record, buffer, out _));
        Assert.Equal(1UL, keys.Sequence);
    }

    [Fact]
    public void No_bytes_make_it_throw()
    {
        byte[] buffer = new byte[64];
        foreach (string suite in new[] { "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CCM_8", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" })
        {
            using var keys = TlsRecordKeys.Tls12(TlsCipher.Of(suite)!, encryptThenMac: false, new byte[48], new byte[32], new byte[32], ofClient: true);
            for (int length = 5; length < buffer.Length; length++)
            {
                Assert.False(keys.TryOpen(new byte[length], buffer, out _));
            }
        }
    }

    [Theory]
    [InlineData("TLS_RSA_WITH_3DES_EDE_CBC_SHA")]
    [InlineData("TLS_RSA_WITH_RC4_128_MD5")]
    [InlineData("0x1234")]
    public void Other_suites_stay_closed(string suite) => Assert.Null(TlsCipher.Of(suite));

    [Fact]
    public void Messages_are_found_however_they_are_cut()
    {
        byte[] messages = [8, 0, 0, 2, 0, 0, 11, 0, 0, 0, .. Convert.FromHexString(ClientFinished)];
        for (int size = 1; size <= messages.Length; size++)
        {
            TlsMessageWalk walk = default;
            List<byte> types = [];
            foreach (byte[] part in messages.Chunk(size))
            {
                ReadOnlySpan<byte> content = part;
                while (walk.MoveNext(ref content, out byte type, out _))
                {
                    types.Add(type);
                }

                Assert.True(content.IsEmpty);
            }

            Assert.Equal([8, 11, 20], types);
        }
    }
}
