// SPDX-License-Identifier: Apache-2.0
#include "baseline/memory_files.h"

#include <string.h>

#define META                                                                                       \
    "'uuid':'a3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'T','version':'1',"         \
    "'last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'}"
#define NS "'ns':'urn:datumline:ns:oscal'"
#define PROPS(severity, layer, enforcement)                                                        \
    "'props':[{'name':'severity'," NS ",'value':'" severity "'},{'name':'layer'," NS               \
    ",'value':'" layer "'},{'name':'enforcement'," NS ",'value':'" enforcement                     \
    "'},{'name':'driver'," NS ",'value':'platform'},{'name':'driver'," NS ",'value':'region'}]"
#define OTHER_PARTS                                                                                \
    "{'name':'guidance','prose':'g'},{'name':'reason','prose':'r'},{'name':'check','prose':'c'}"
#define NETWORK_PROPS PROPS("high", "network", "preventive")
#define PEOPLE                                                                                     \
    PROPS("low", "identity", "attested")                                                           \
    ",'parts':[{'name':'statement','prose':'Do.'}," OTHER_PARTS "]"
#define DEFINITIONS "/providers/Microsoft.Authorization/policyDefinitions/"

static const struct {
    const char *path;
    const char *text;
} small[] = {
    {"manifest.json", "{'name':'small','title':'Small','version':'1.2.3','owner':'o','purpose':'p',"
                      "'scope':'s','nextReview':'2026-12-31','approverRoles':['b','t']}"},
    {"catalog.json",
     "{'catalog':{" META ",'groups':[{'id':'net','title':'Network','controls':[{'id':'n-1','title':"
     "'One','params':[{'id':'n-1_prm','label':'size'}]," NETWORK_PROPS ",'parts':[{'name':"
     "'statement','prose':'At most {{ insert: param, n-1_prm }} things.'}," OTHER_PARTS "]}]},"
     "{'id':'ppl','title':'People','controls':[{'id':'p-1','title':'Two'," PEOPLE "},{'id':'p-2',"
     "'title':'Not selected'," PEOPLE "}]}]}}"},
    {"profile.json",
     "{'profile':{" META ",'imports':[{'href':'catalog.json','include-controls':[{'with-ids':["
     "'n-1','p-1']}]}],'modify':{'set-parameters':[{'param-id':'n-1_prm','values':['42'],'props':["
     "{'name':'azure-parameter'," NS ",'value':'size'}]}]}}}"},
    {"rules/size.json",
     "{'id':'" DEFINITIONS "size','name':'size','properties':{'mode':'All','metadata':{'severity':"
     "'high','grade':'recorded','requires':{'kinds':['tenant-settings'],'paths':["
     "'datumline/tenantSettings/size']},'remediation':{'steps':['shrink it']}},'parameters':{'size'"
     ":{'type':'Integer'}},'policyRule':{'if':{'allOf':[{'field':'type','equals':"
     "'datumline/tenantSettings'},{'field':'datumline/tenantSettings/size','greater':"
     "'[parameters(\\u0027size\\u0027)]'}]},'then':{'effect':'audit'}}}}"},
    {"initiative.json",
     "{'id':'/providers/Microsoft.Authorization/policySetDefinitions/small','name':'small',"
     "'properties':{'parameters':{'size':{'type':'Integer'},'mood':{'type':'String','defaultValue':"
     "'calm'}},'policyDefinitions':[{'policyDefinitionReferenceId':'size','policyDefinitionId':"
     "'" DEFINITIONS "size','parameters':{'size':{'value':'[parameters(\\u0027size\\u0027)]'}},"
     "'groupNames':['n-1']}],'policyDefinitionGroups':[{'name':'n-1'},{'name':'p-1'}]}}"},
    {"assignments.json",
     "[{'id':'/providers/Microsoft.Authorization/policyAssignments/small','name':'small',"
     "'properties':{'policyDefinitionId':'/providers/Microsoft.Authorization/policySetDefinitions/"
     "small','scope':'/tenants','parameters':{'mood':{'value':'grim'}}}}]"},
    {"mappings/f.json",
     "{'mapping-collection':{" META ",'provenance':{'method':'human','matching-rationale':"
     "'semantic','status':'complete','mapping-description':'d'},'mappings':[{'uuid':'u','source-"
     "resource':{'type':'catalog','href':'../catalog.json'},'target-resource':{'type':'catalog',"
     "'href':'https://example.org/f','props':[{'name':'framework','value':'frame'}]},'maps':["
     "{'uuid':'m','relationship':'equal-to','sources':[{'type':'control','id-ref':'n-1'}],"
     "'targets':[{'type':'control','id-ref':'x-1'},{'type':'control','id-ref':'x-2'}]}]}]}}"},
};

// Quotes come in as ' and go out as "; the one place a change is asked for is replaced.
static Str make_text(MemoryFiles *files, const char *text)
{
    size_t len = strlen(text);
    char *copy = NEW_ARRAY(files->arena, char, len + 4096);
    size_t out = 0;
    size_t from_len = files->from != NULL ? strlen(files->from) : 0;
    bool replaced = from_len == 0;
    for (size_t i = 0; i < len;) {
        const char *piece = text + i;
        size_t piece_len = 1;
        if (!replaced && strncmp(text + i, files->from, from_len) == 0) {
            piece = files->to;
            piece_len = strlen(files->to);
            ASSERT(piece_len < 4096);
            i += from_len;
            replaced = true;
        } else {
            i++;
        }
        for (size_t j = 0; j < piece_len; j++) {
            copy[out++] = piece[j] == '\'' ? '"' : piece[j];
        }
    }
    ASSERT(replaced); // the text to replace must be there, or the test tests nothing
    return (Str){copy, out};
}

static bool memory_read(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    MemoryFiles *files = ctx;
    bool is_other = files->path != NULL && str_eq(path, (Str){files->path, strlen(files->path)});
    for (size_t i = 0; i < COUNTOF(small); i++) {
        if (!str_eq(path, (Str){small[i].path, strlen(small[i].path)}) ||
            (is_other && files->from == NULL)) {
            continue;
        }
        MemoryFiles plain = {.arena = files->arena};
        *ret_bytes = make_text(is_other ? files : &plain, small[i].text);
        return true;
    }
    return err_set(err, ERR_NO_INPUT, (Span){0, 0}, "no file %.*s", STR_ARG(path));
}

static bool memory_list(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count,
                        Err *err)
{
    (void)err;
    MemoryFiles *files = ctx;
    Str *paths = NEW_ARRAY(files->arena, Str, COUNTOF(small));
    uint32_t count = 0;
    for (size_t i = 0; i < COUNTOF(small); i++) {
        Str path = {small[i].path, strlen(small[i].path)};
        bool is_in = path.len > directory.len && path.ptr[directory.len] == '/' &&
                     memcmp(path.ptr, directory.ptr, directory.len) == 0;
        bool is_gone = files->path != NULL && files->from == NULL &&
                       str_eq(path, (Str){files->path, strlen(files->path)});
        if (is_in && !is_gone) {
            paths[count++] = path;
        }
    }
    *ret_paths = paths;
    *ret_count = count;
    return true;
}

PackageFiles memory_files(MemoryFiles *files)
{
    return (PackageFiles){
        .read = memory_read, .list = memory_list, .ctx = files, .label = STR("small")};
}
