using System.Globalization;

namespace NetMonitor;

/// <summary>What an SMTP connection said (RFC 5321). Mailboxes, credentials and mail are never kept.</summary>
public sealed record SmtpDetails : ApplicationDetails
{
    /// <summary>The name the server greets with, or null.</summary>
    public string? Server { get; init; }

    /// <summary>What follows it in the greeting ("ESMTP Postfix"), or null.</summary>
    public string? Software { get; init; }

    /// <summary>The name the client says hello with (EHLO or HELO), or null.</summary>
    public string? Client { get; init; }

    /// <summary>Domain of the last sender, without the mailbox; null when none was given.</summary>
    public string? SenderDomain { get; init; }

    /// <summary>Messages begun (MAIL).</summary>
    public int Messages { get; init; }

    /// <summary>Recipients named (RCPT), of all messages.</summary>
    public int Recipients { get; init; }

    /// <summary>The mechanism the client authenticates with ("PLAIN"), or null.</summary>
    public string? AuthenticationMechanism { get; init; }

    /// <summary>True when the client asked for TLS (RFC 3207).</summary>
    public bool StartTls { get; init; }

    /// <inheritdoc/>
    public override string Summary
    {
        get
        {
            string? mail = Messages > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{Messages} {(Messages == 1 ? "message" : "messages")}") : null;
            return string.Join(' ', new[] { Server, Software, mail }.Where(word => word is not null));
        }
    }
}
