-- ask: id, token, status, fields, kept_s (0 for ever)
if get(ask.id, 'status') == ask.status and get(ask.id, 'token') == tostring(ask.token) then return {'done'} end
if not holds(ask.id, ask.token) then return {'lost'} end
for field, value in pairs(ask.fields) do set(ask.id, field, value) end
finish(ask.id, ask.status, ask.kept_s)
return {'done'}
