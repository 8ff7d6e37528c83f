using Gatehouse.Services;
using Gatehouse.Tree;

namespace Gatehouse.Parts;

/// <summary>What every part is given: the two ideas that carry everything, and the name that this hub has among others.</summary>
/// <param name="Name">The host part of device keys and service names (option <c>hub.name</c>).</param>
/// <param name="Tree">The values.</param>
/// <param name="Services">The services.</param>
internal sealed record Hub(string Name, ValueTree Tree, ServiceDirectory Services);
