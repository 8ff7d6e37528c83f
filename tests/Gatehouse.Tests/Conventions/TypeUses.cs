using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Gatehouse.Tests.Conventions;

/// <summary>A type by its namespace and its name; nested types and lambdas count as the type that holds them.</summary>
internal readonly record struct TypeName(string Space, string Name)
{
    public override string ToString() => $"{Space}.{Name}";
}

/// <summary>
/// Which types of a compiled assembly use which: in signatures, in bodies, as bases and as attributes. Read from the metadata, so that
/// neither an alias nor <c>var</c> hides a use. Constants and <c>nameof</c> leave no trace there.
/// </summary>
internal sealed class TypeUses : ISignatureTypeProvider<bool, object?>
{
    private static readonly Dictionary<int, OpCode> Instructions = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value & 0xFFFF);

    private readonly HashSet<(TypeName From, TypeName To)> _uses = [];
    private readonly MetadataReader _reader;
    private readonly PEReader _file;
    private TypeName _from;

    private TypeUses(PEReader file)
    {
        _file = file;
        _reader = file.GetMetadataReader();
    }

    public static IReadOnlySet<(TypeName From, TypeName To)> In(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var uses = new TypeUses(file);
        foreach (var type in uses._reader.TypeDefinitions) uses.ReadType(type);
        return uses._uses;
    }

    private void ReadType(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        _from = NameOf(handle);
        Use(type.BaseType);
        foreach (var face in type.GetInterfaceImplementations()) Use(_reader.GetInterfaceImplementation(face).Interface);
        foreach (var attribute in type.GetCustomAttributes()) Use(_reader.GetCustomAttribute(attribute).Constructor);
        UseConstraints(type.GetGenericParameters());
        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            field.DecodeSignature(this, null);
            foreach (var attribute in field.GetCustomAttributes()) Use(_reader.GetCustomAttribute(attribute).Constructor);
        }

        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition)) ReadMethod(method);
    }

    private void ReadMethod(MethodDefinition method)
    {
        method.DecodeSignature(this, null);
        UseConstraints(method.GetGenericParameters());
        foreach (var attribute in method.GetCustomAttributes()) Use(_reader.GetCustomAttribute(attribute).Constructor);
        if (method.RelativeVirtualAddress == 0) return;

        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil) _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, null);
        foreach (var region in body.ExceptionRegions) Use(region.CatchType);
        ReadInstructions(body.GetILReader());
    }

    private void ReadInstructions(BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            int first = code.ReadByte();
            var instruction = Instructions[first == 0xFE ? 0xFE00 | code.ReadByte() : first];
            switch (instruction.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    Use(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                default:
                    code.Offset += SizeOf(instruction.OperandType);
                    break;
            }
        }
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private void UseConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (var parameter in parameters)
        {
            foreach (var constraint in _reader.GetGenericParameter(parameter).GetConstraints())
                Use(_reader.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void Use(EntityHandle handle)
    {
        if (handle.IsNil) return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition or HandleKind.TypeReference:
                _uses.Add((_from, NameOf(handle)));
                break;
            case HandleKind.TypeSpecification:
                _reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                break;
            case HandleKind.MethodDefinition:
                Use(_reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Use(_reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Use(_reader.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                var method = _reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                Use(method.Method);
                method.DecodeSignature(this, null);
                break;
        }
    }

    private TypeName NameOf(EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeReference)
        {
            var reference = _reader.GetTypeReference((TypeReferenceHandle)handle);
            return reference.ResolutionScope.Kind == HandleKind.TypeReference
                ? NameOf(reference.ResolutionScope)
                : new(_reader.GetString(reference.Namespace), _reader.GetString(reference.Name));
        }

        var type = _reader.GetTypeDefinition((TypeDefinitionHandle)handle);
        var outer = type.GetDeclaringType();
        return outer.IsNil ? new(_reader.GetString(type.Namespace), _reader.GetString(type.Name)) : NameOf(outer);
    }

    // What follows is called for each part of a signature; only the types named in it matter, the result does not.
    public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Used(handle);
    public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Used(handle);
    public bool GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        Used(handle);
    public bool GetArrayType(bool elementType, ArrayShape shape) => true;
    public bool GetByReferenceType(bool elementType) => true;
    public bool GetFunctionPointerType(MethodSignature<bool> signature) => true;
    public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => true;
    public bool GetGenericMethodParameter(object? genericContext, int index) => true;
    public bool GetGenericTypeParameter(object? genericContext, int index) => true;
    public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => true;
    public bool GetPinnedType(bool elementType) => true;
    public bool GetPointerType(bool elementType) => true;
    public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => true;
    public bool GetSZArrayType(bool elementType) => true;

    private bool Used(EntityHandle handle)
    {
        Use(handle);
        return true;
    }
}
