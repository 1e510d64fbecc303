import { operation } from '../operation.ts'
import { list, optional } from '../shapes.ts'
import { actionName, arn, contextKeyName, policyDocument, resourceHandling, resourceName } from './scalars.ts'
import {
  contextEntry,
  evaluationResult,
  organizationPolicy,
  page,
  paging,
  policyTexts,
} from './structures.ts'

export const simulationOperations = {
  SimulateCustomPolicy: operation(
    {
      PolicyInputList: policyTexts,
      PermissionsBoundaryPolicyInputList: optional(policyTexts),
      OrderedOrganizationPolicyInputList: optional(list(organizationPolicy, 7)),
      ActionNames: list(actionName),
      ResourceArns: optional(list(resourceName)),
      ResourcePolicy: optional(policyDocument),
      ResourceOwner: optional(resourceName),
      CallerArn: optional(resourceName),
      ContextEntries: optional(list(contextEntry)),
      ResourceHandlingOption: optional(resourceHandling),
      ...paging,
    },
    { EvaluationResults: optional(list(evaluationResult)), ...page },
  ),
  SimulatePrincipalPolicy: operation(
    {
      PolicySourceArn: arn,
      PolicyInputList: optional(policyTexts),
      PermissionsBoundaryPolicyInputList: optional(policyTexts),
      ActionNames: list(actionName),
      ResourceArns: optional(list(resourceName)),
      ResourcePolicy: optional(policyDocument),
      ResourceOwner: optional(resourceName),
      CallerArn: optional(resourceName),
      ContextEntries: optional(list(contextEntry)),
      ResourceHandlingOption: optional(resourceHandling),
      ...paging,
    },
    { EvaluationResults: optional(list(evaluationResult)), ...page },
  ),
  GetContextKeysForCustomPolicy: operation(
    { PolicyInputList: policyTexts },
    { ContextKeyNames: optional(list(contextKeyName)) },
  ),
  GetContextKeysForPrincipalPolicy: operation(
    { PolicySourceArn: arn, PolicyInputList: optional(policyTexts) },
    { ContextKeyNames: optional(list(contextKeyName)) },
  ),
} as const
