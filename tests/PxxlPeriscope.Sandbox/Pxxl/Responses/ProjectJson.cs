using System.Buffers;
using System.Text.Json;
using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>Writes a project. Only the camelCase names of the official types are known.</summary>
internal static class ProjectJson
{
    public static ReadOnlyMemory<byte> Write(SandboxProject project)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, JsonResponse.Options))
            Write(json, project);
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, SandboxProject project)
    {
        var fields = new JsonFields(json, numbersAsStrings: false);
        json.WriteStartObject();
        fields.Text("id", project.Id);
        fields.Text("name", project.Name);
        fields.Text("status", project.Status);
        fields.Text("projectType", project.ProjectType);
        json.WriteString("githubUrl", project.GithubUrl);
        json.WriteString("githubBranch", project.GithubBranch);
        fields.Text("baseDirectory", project.BaseDirectory);
        fields.Text("installCommand", project.InstallCommand);
        fields.Text("buildCommand", project.BuildCommand);
        fields.Text("startCommand", project.StartCommand);
        fields.Text("framework", project.Framework);
        fields.Text("language", project.Language);
        fields.Text("domain", project.Domain);
        fields.Time("createdAt", project.CreatedAt);
        json.WriteEndObject();
    }
}
