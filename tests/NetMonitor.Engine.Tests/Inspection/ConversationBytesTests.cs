using NetMonitor.Inspection;

namespace NetMonitor.Tests.Inspection;

public sealed class ConversationBytesTests
{
    [Fact]
    public void A_conversation_comes_back_as_it_was()
    {
        ConversationBytes conversation = new(TransportProtocol.UDP, true, 1234, 53, [new Sent(Side.Originator, [1, 2]), new Sent(Side.Responder, [3])]);

        byte[] bytes = conversation.Encode();

        Assert.Equal("01 04d2 0035 00 0002 0102 01 0001 03".Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(bytes));
        Assert.Equal(bytes, ConversationBytes.Decode(bytes).Encode());
    }

    [Fact]
    public void Any_bytes_are_a_conversation()
    {
        Random random = new(3);
        for (int length = 0; length < 300; length++)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.InRange(ConversationBytes.Decode(bytes).Sent.Sum(sent => sent.Bytes.Length), 0, length);
        }
    }
}
