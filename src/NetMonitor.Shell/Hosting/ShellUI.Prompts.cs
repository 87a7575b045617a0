using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace NetMonitor.Shell.Hosting;

/// <summary>The questions the engine may put to the user: mandatory parameters, -Confirm, credentials.</summary>
internal sealed partial class ShellUI
{
    public override string ReadLine()
    {
        Progress.Clear();
        return Console.In.ReadLine() ?? throw new PSInvalidOperationException("There is no more input to read.");
    }

    public override SecureString ReadLineAsSecureString()
    {
        var secret = new SecureString();
        if (Console.IsInputRedirected)
        {
            foreach (char c in ReadLine())
            {
                secret.AppendChar(c);
            }
            return secret;
        }
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    WriteLine();
                    return secret;
                case ConsoleKey.Backspace when secret.Length > 0:
                    secret.RemoveAt(secret.Length - 1);
                    Write("\b \b");
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                    {
                        secret.AppendChar(key.KeyChar);
                        Write("*");
                    }
                    break;
            }
        }
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        WriteHeading(caption, message);
        var answers = new Dictionary<string, PSObject>();
        foreach (FieldDescription field in descriptions)
        {
            Write($"{field.Name}: ");
            answers[field.Name] = IsSecret(field) ? PSObject.AsPSObject(ReadLineAsSecureString())
                : IsList(field) ? PSObject.AsPSObject(ReadList(field.Name))
                : PSObject.AsPSObject(ReadLine());
        }
        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteHeading(caption, message);
        (string Key, string Label)[] named = [.. choices.Select(KeyAndLabel)];
        string question = string.Join("  ", named.Select(c => $"[{c.Key}] {c.Label}")) + "  [?] Help"
            + (defaultChoice >= 0 ? $" (default is \"{named[defaultChoice].Key}\"): " : ": ");
        while (true)
        {
            Write(question);
            string answer = ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }
            if (answer == "?")
            {
                for (int i = 0; i < choices.Count; i++)
                {
                    WriteLine($"{named[i].Key} - {choices[i].HelpMessage}");
                }
                continue;
            }
            int chosen = Array.FindIndex(named, c =>
                answer.Equals(c.Key, StringComparison.OrdinalIgnoreCase) || answer.Equals(c.Label, StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0)
            {
                return chosen;
            }
        }
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        WriteHeading(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
        }
        Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private static bool IsSecret(FieldDescription field) =>
        field.ParameterTypeFullName == typeof(SecureString).FullName;

    private static bool IsList(FieldDescription field) =>
        field.ParameterTypeName.EndsWith("[]", StringComparison.Ordinal);

    /// <summary>"&amp;Yes" is chosen by Y or Yes; a label without a mark is chosen by itself.</summary>
    private static (string Key, string Label) KeyAndLabel(ChoiceDescription choice)
    {
        int mark = choice.Label.IndexOf('&');
        string label = mark < 0 ? choice.Label : choice.Label.Remove(mark, 1);
        string key = mark >= 0 && mark < label.Length ? label[mark].ToString().ToUpper(CultureInfo.CurrentCulture) : label;
        return (key, label);
    }

    private object[] ReadList(string name)
    {
        var values = new List<object>();
        for (string line = ReadLine(); line.Length > 0; line = ReadLine())
        {
            values.Add(line);
            Write($"{name}[{values.Count}]: ");
        }
        return [.. values];
    }

    private void WriteHeading(string caption, string message)
    {
        if (!string.IsNullOrEmpty(caption))
        {
            WriteLine(PSStyle.Instance.Bold + caption + PSStyle.Instance.Reset);
        }
        if (!string.IsNullOrEmpty(message))
        {
            WriteLine(message);
        }
    }
}
