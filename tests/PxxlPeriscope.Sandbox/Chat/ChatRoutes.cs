namespace PxxlPeriscope.Sandbox.Chat;

/// <summary>Accepts notifications in any format and responds like Slack. The token <c>gone</c> stands for a revoked webhook.</summary>
internal sealed class ChatRoutes(ReceivedNotifications notifications)
{
    public const string Prefix = "/chat";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Prefix + "/gone/{**token}", context => WriteResponseAsync(context, StatusCodes.Status404NotFound, "no_service"));
        routes.MapPost(Prefix + "/{**token}", PostAsync);
    }

    private async Task PostAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        notifications.Add(
            new()
            {
                Path = context.Request.Path,
                HasAuthorization = context.Request.Headers.Authorization.Count > 0,
                ContentType = context.Request.ContentType,
                Body = await reader.ReadToEndAsync(context.RequestAborted),
            }
        );
        await WriteResponseAsync(context, StatusCodes.Status200OK, "ok");
    }

    private static Task WriteResponseAsync(HttpContext context, int status, string word)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(word, context.RequestAborted);
    }
}
