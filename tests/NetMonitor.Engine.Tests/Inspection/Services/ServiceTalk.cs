using NetMonitor.Inspection;

namespace NetMonitor.Tests.Inspection.Services;

/// <summary>Conversations with the network's services.</summary>
internal static class ServiceTalk
{
    /// <summary>A port that is no service's.</summary>
    public const ushort Nobody = 31_000;

    public static Conversation Udp(ushort port = Nobody) => new(port, TransportProtocol.UDP);

    /// <summary>What a conversation said, of the kind expected.</summary>
    public static T Details<T>(Conversation conversation) => Assert.IsType<T>(conversation.Flow.Details);

    /// <summary>What datagrams on nobody's port say, 5 ms between each.</summary>
    public static T DetailsOf<T>(params (Side From, byte[] Message)[] messages)
    {
        Conversation conversation = Udp();
        foreach ((Side from, byte[] message) in messages)
        {
            conversation.Datagram(from, message, after: 5_000_000);
        }

        return Details<T>(conversation);
    }
}
